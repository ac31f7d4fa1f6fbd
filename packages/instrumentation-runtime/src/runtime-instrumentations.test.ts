import { once } from 'node:events';
import { readFileSync, statfsSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';
import { ConfigurationError } from '@trademeter/instrumentation';
import { createTestTelemetry } from '@trademeter/testing';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { type RuntimeInstrumentation, type RuntimeInstrumentationsOptions, runtimeInstrumentations } from './index.ts';

let telemetry: ReturnType<typeof createTestTelemetry>;
let running: RuntimeInstrumentation[] = [];

beforeEach(() => {
  telemetry = createTestTelemetry();
});

afterEach(async () => {
  for (const each of running) each.disable();
  running = [];
  await telemetry.shutdown();
});

/** Starts the instrumentations like an SDK. */
function start(options?: RuntimeInstrumentationsOptions): void {
  running = runtimeInstrumentations(options);
  registerInstrumentations({ instrumentations: running, meterProvider: telemetry.meterProvider });
}

async function seriesOf(name: string) {
  return (await telemetry.series()).filter((series) => series.name === name);
}

test('are OpenTelemetry instrumentations, for any SDK', () => {
  expectTypeOf<RuntimeInstrumentation[]>().toExtend<Instrumentation[]>();
  expect(runtimeInstrumentations().map(({ instrumentationName }) => instrumentationName)).toEqual([
    '@opentelemetry/instrumentation-host-metrics',
    '@opentelemetry/instrumentation-runtime-node',
    '@trademeter/instrumentation-runtime/process',
    '@trademeter/instrumentation-runtime/filesystem',
    '@trademeter/instrumentation-runtime/http',
  ]);
});

test('record the process and its machine with these names and units', async () => {
  start();
  let series = await telemetry.series();
  // the event loop has been sampled five times by then
  while (!series.some(({ name }) => name === 'nodejs.eventloop.delay.p99')) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    series = await telemetry.series();
  }
  const units = Object.fromEntries(series.map(({ name, unit }) => [name, unit]));
  expect(
    Object.keys(units)
      .filter((name) => name !== 'v8js.gc.duration')
      .toSorted(),
  ).toEqual([
    'nodejs.eventloop.delay.max',
    'nodejs.eventloop.delay.mean',
    'nodejs.eventloop.delay.min',
    'nodejs.eventloop.delay.p50',
    'nodejs.eventloop.delay.p90',
    'nodejs.eventloop.delay.p99',
    'nodejs.eventloop.delay.stddev',
    'nodejs.eventloop.time',
    'nodejs.eventloop.utilization',
    'process.cpu.time',
    'process.cpu.utilization',
    'process.memory.usage',
    ...(process.platform === 'linux' ? ['process.memory.virtual'] : []),
    'process.uptime',
    'system.cpu.time',
    'system.cpu.utilization',
    'system.filesystem.usage',
    'system.filesystem.utilization',
    'system.memory.usage',
    'system.memory.utilization',
    'trademeter.measurement.dropped',
    'v8js.memory.heap.space.available_size',
    'v8js.memory.heap.space.physical_size',
    'v8js.memory.heap.space.size',
    'v8js.memory.heap.used',
    'v8js.resource.active',
  ]);
  expect(units).toMatchObject({
    'nodejs.eventloop.delay.p99': 's',
    'nodejs.eventloop.utilization': '1',
    'process.cpu.time': 's',
    // these have no unit upstream
    'process.cpu.utilization': '',
    'process.memory.usage': '',
    'system.memory.usage': '',
  });
  expect(series.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
});

test('are documented by name', async () => {
  start({ hostMetricGroups: ['process.cpu', 'process.memory', 'system.cpu', 'system.memory', 'system.network'] });
  const documents = ['../README.md', '../../../docs/semantic-conventions/runtime.md']
    .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'))
    .join('\n');
  const names = new Set((await telemetry.series()).map(({ name }) => name));
  // the documents write a family as `a.b`, `.c`
  const isWritten = (name: string) =>
    documents.includes(`\`${name}\``) || documents.includes(`\`${name.slice(name.lastIndexOf('.'))}\``);
  expect([...names].filter((name) => !isWritten(name))).toEqual([]);
});

test('record everything once if they are created after the SDK', async () => {
  telemetry = createTestTelemetry({ global: true });
  start();
  registerInstrumentations({ instrumentations: running, meterProvider: telemetry.meterProvider });
  await telemetry.series();
  const busy = await seriesOf('process.cpu.utilization');
  expect(busy).toHaveLength(2);
  expect(busy.every(({ value }) => Number.isFinite(value))).toBe(true);
});

test('start immediately with a meter provider', async () => {
  running = runtimeInstrumentations({ meterProvider: telemetry.meterProvider });
  expect(await telemetry.value('process.uptime')).toBeGreaterThan(0);
  expect(await seriesOf('process.memory.usage')).toHaveLength(1);
  expect(await seriesOf('nodejs.eventloop.utilization')).toHaveLength(1);
});

test('record nothing after they were disabled, and continue on another SDK', async () => {
  start();
  expect(await seriesOf('process.uptime')).toHaveLength(1);
  for (const each of running) each.disable();
  await using other = createTestTelemetry();
  for (const each of running) {
    each.setMeterProvider(other.meterProvider);
    each.setTracerProvider(trace.getTracerProvider());
  }
  expect(await other.value('process.uptime')).toBeUndefined();
  for (const each of running) each.enable();
  expect(await other.value('process.uptime')).toBeGreaterThan(0);
});

test('collect the selected groups of host metrics', async () => {
  start({ hostMetricGroups: ['process.memory'] });
  const names = new Set((await telemetry.series()).map(({ name }) => name));
  expect(names).toContain('process.memory.usage');
  expect(names).not.toContain('process.cpu.time');
  expect(names).not.toContain('system.cpu.time');
});

test('omit the host metrics if no group is selected', () => {
  const names = runtimeInstrumentations({ hostMetricGroups: [] }).map(({ instrumentationName }) => instrumentationName);
  expect(names).not.toContain('@opentelemetry/instrumentation-host-metrics');
  expect(names).toContain('@opentelemetry/instrumentation-runtime-node');
});

describe('of the process', () => {
  test('record its uptime in seconds', async () => {
    start();
    const before = process.uptime();
    const uptime = await telemetry.value('process.uptime');
    expect(uptime).toBeGreaterThanOrEqual(before);
    expect(uptime).toBeLessThanOrEqual(process.uptime());
  });

  test.runIf(process.platform === 'linux')(
    'record its virtual memory, which is larger than its resident memory',
    async () => {
      start();
      const virtual = await telemetry.value('process.memory.virtual');
      expect(virtual).toBeGreaterThan(process.memoryUsage.rss());
    },
  );
});

describe('of the file system', () => {
  test('record its space by state, which adds up to its size', async () => {
    start({ dataDirectory: tmpdir() });
    const { blocks, bsize } = statfsSync(tmpdir());
    const usage = await seriesOf('system.filesystem.usage');
    expect(usage.map(({ attributes }) => attributes['system.filesystem.state'])).toEqual(['used', 'free', 'reserved']);
    expect(usage.reduce((sum, { value }) => sum + value, 0)).toBe(blocks * bsize);
    const [used = Number.NaN, free = Number.NaN] = usage.map(({ value }) => value);
    const utilization = await seriesOf('system.filesystem.utilization');
    expect(utilization).toHaveLength(1);
    // other programs write meanwhile
    expect(utilization[0]?.value).toBeCloseTo(used / (used + free), 2);
    const mountpoint = usage[0]?.attributes['system.filesystem.mountpoint'] as string;
    expect(tmpdir().startsWith(mountpoint)).toBe(true);
    expect(utilization[0]?.attributes).toEqual({ 'system.filesystem.mountpoint': mountpoint });
  });

  test('record the file system of a directory that does not exist yet', async () => {
    start({ dataDirectory: join(tmpdir(), 'not', 'there', 'yet') });
    expect(await seriesOf('system.filesystem.usage')).toHaveLength(3);
  });

  test('record nothing for an invalid directory, and everything else', async () => {
    start({ dataDirectory: '/proc/self/status/none\0' });
    expect(await seriesOf('system.filesystem.usage')).toEqual([]);
    expect(await seriesOf('process.uptime')).toHaveLength(1);
  });
});

describe('of HTTP bodies', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    server = createServer(handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Waits for the recording at the close of the response, which may be after the client received it. */
  async function sizes(which: 'request' | 'response', count = 1) {
    for (;;) {
      const found = await seriesOf(`http.server.${which}.body.size`);
      const recorded = found.reduce((sum, { histogram }) => sum + (histogram?.count ?? 0), 0);
      if (recorded >= count) return found.map(({ attributes, value }) => ({ attributes, bytes: value }));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  test('record the bytes of request and response', async () => {
    start();
    const url = await serve((incoming, response) => {
      incoming.resume().on('end', () => {
        response.write('né');
        response.write(Buffer.from('abc'));
        response.end('6e', 'hex');
      });
    });
    const response = await fetch(url, { method: 'POST', body: 'é'.repeat(10) });
    expect(await response.text()).toBe('néabcn');
    const attributes = {
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'network.protocol.version': '1.1',
      'url.scheme': 'http',
    };
    expect(await sizes('request')).toEqual([{ attributes, bytes: 20 }]);
    expect(await sizes('response')).toEqual([{ attributes, bytes: 7 }]);
    const [{ histogram } = {}] = await seriesOf('http.server.request.body.size');
    expect(histogram?.boundaries).toEqual([100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000]);
  });

  test('count a chunked request without reading it', async () => {
    start();
    const url = await serve((incoming, response) => {
      incoming.pipe(response);
    });
    const outgoing = request(url, { method: 'PUT' });
    outgoing.write('a'.repeat(70_000));
    outgoing.write('b'.repeat(5));
    outgoing.end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect((await answer.toArray()).join('')).toHaveLength(70_005);
    expect((await sizes('request'))[0]?.bytes).toBe(70_005);
    expect((await sizes('response'))[0]?.bytes).toBe(70_005);
  });

  test('count no body if Node sends none, and record a failure as error.type', async () => {
    start();
    const url = await serve((incoming, response) => {
      response.statusCode = incoming.url === '/bad' ? 502 : 200;
      response.end('hello');
    });
    await fetch(url, { method: 'HEAD' });
    await (await fetch(`${url}/bad`)).text();
    const responses = await sizes('response', 2);
    expect(
      responses.map(({ attributes, bytes }) => [attributes['http.request.method'], attributes['error.type'], bytes]),
    ).toEqual([
      ['HEAD', undefined, 0],
      ['GET', '502', 5],
    ]);
  });

  test('count a response that the client did not wait for', async () => {
    start();
    const client = new AbortController();
    const url = await serve(() => client.abort());
    await expect(fetch(url, { signal: client.signal })).rejects.toThrow('aborted');
    expect((await sizes('response'))[0]).toMatchObject({ attributes: { 'error.type': '_OTHER' }, bytes: 0 });
  });

  test('get the route from a function, which may throw', async () => {
    start({
      httpRoute({ url }) {
        if (url === '/hostile') throw new Error('no');
        return '/orders/:id';
      },
    });
    const url = await serve((_, response) => {
      response.end();
    });
    await fetch(`${url}/orders/7`);
    await fetch(`${url}/hostile`);
    expect((await sizes('response', 2)).map(({ attributes }) => attributes['http.route'])).toEqual([
      '/orders/:id',
      undefined,
    ]);
  });

  test('have no route if the function returns a promise, whose rejection is ignored', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    try {
      start({ httpRoute: (() => Promise.reject(new Error('theirs'))) as never });
      const url = await serve((_, response) => {
        response.end();
      });
      await fetch(url);
      expect((await sizes('response'))[0]?.attributes).not.toHaveProperty(['http.route']);
      await new Promise(setImmediate);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', listener);
    }
  });

  test('use the route of Express if OpenTelemetry does not set one, without the prefix of a router', async () => {
    start();
    const url = await serve((incoming, response) => {
      const [, first = ''] = incoming.url?.split('/') ?? [];
      // like Express, and like the hook for Fastify in the README
      Object.assign(incoming, first === 'orders' ? { route: { path: '/orders/:id' }, baseUrl: '' } : {});
      Object.assign(incoming, first === 'accounts' ? { route: { path: '/:id' }, baseUrl: '/accounts/1001' } : {});
      Object.assign(incoming, first === 'quotes' ? { route: { path: '/quotes/:symbol' } } : {});
      response.end();
    });
    for (const path of ['/orders/7', '/accounts/1001/7', '/quotes/SPY']) await fetch(`${url}${path}`);
    expect((await sizes('response', 3)).map(({ attributes }) => attributes['http.route'])).toEqual([
      '/orders/:id',
      undefined,
      '/quotes/:symbol',
    ]);
  });

  test('are guarded like all measurements: an overlong route is cut and counted', async () => {
    start({ httpRoute: () => `/${'a'.repeat(300)}` });
    const url = await serve((_, response) => {
      response.end();
    });
    await fetch(url);
    expect((await sizes('response'))[0]?.attributes['http.route']).toHaveLength(255);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(2);
  });

  test('are not recorded with httpBodySizes false, or after they were disabled', async () => {
    start({ httpBodySizes: false });
    const url = await serve((_, response) => {
      response.end();
    });
    await fetch(url);
    for (const each of running) each.disable();
    start();
    for (const each of running) each.disable();
    await fetch(url);
    expect(await seriesOf('http.server.response.body.size')).toEqual([]);
  });
});

test.each([
  [{ dataDirectory: '' }, 'dataDirectory must be a non-empty string, got ""'],
  [{ hostMetricGroups: ['gpu'] }, 'hostMetricGroups must be a list of process.cpu, process.memory, system.cpu, '],
  [{ eventLoopResolutionMillis: 0 }, 'eventLoopResolutionMillis must be a number from 1 to 60000, got 0'],
  [{ httpRoute: '/' }, 'httpRoute must be a function, got "/"'],
  [{ disk: '/' }, 'there is no option disk'],
])('an invalid option throws: %o', (options, message) => {
  expect(() => runtimeInstrumentations(options as never)).toThrow(ConfigurationError);
  expect(() => runtimeInstrumentations(options as never)).toThrow(`[trademeter/instrumentation-runtime] ${message}`);
});
