import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { metrics } from '@opentelemetry/api';
import { createMeter } from '@trademeter/instrumentation';
import { tradingOrderPlaced } from '@trademeter/semantic-conventions';
import { type OtlpAnswer, OtlpReceiver } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { listenToStderr, order, setEnvironment } from '../test/support.ts';
import { type OtlpOptions, startTelemetry, type Telemetry } from './index.ts';

let receiver: OtlpReceiver;

beforeEach(async () => {
  receiver = await OtlpReceiver.start();
  setEnvironment({});
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await receiver[Symbol.asyncDispose]();
});

function start(options: Partial<OtlpOptions> = {}, flushTimeoutMillis = 3_000): Promise<Telemetry> {
  return startTelemetry({
    flushTimeoutMillis,
    exporters: [{ type: 'otlp', protocol: 'http/json', url: `${receiver.url}/v1/metrics`, ...options }],
  });
}

function placeOrder(): void {
  createMeter({ name: 'push' }).counter(tradingOrderPlaced).add(1, order);
}

/** Runs the export of one interval with the given answer. */
async function exportOnInterval(answer: () => OtlpAnswer | undefined): Promise<void> {
  let ask: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  receiver.answer = () => {
    ask?.();
    return answer();
  };
  vi.advanceTimersByTime(60_000);
  await asked;
}

describe('a flush during an export', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });

  test('sends another export with everything if that one hangs', async () => {
    const { lines } = listenToStderr();
    await using telemetry = await start({}, 6_000);
    placeOrder();
    await exportOnInterval(() => undefined);
    placeOrder();
    receiver.answer = () => ({ status: 200 });
    expect(await telemetry.flush()).toBe(true);
    expect(receiver.value('trading.order.placed')).toBe(2);
    expect(lines).toEqual([]);
  });

  test('does not wait for the pause before a retry', async () => {
    const { lines } = listenToStderr();
    await using telemetry = await start({ timeoutMillis: 30_000 }, 300_000);
    placeOrder();
    await exportOnInterval(() => ({ status: 503, headers: { 'retry-after': '25' } }));
    placeOrder();
    receiver.answer = () => ({ status: 200 });
    expect(await telemetry.flush()).toBe(true);
    expect(receiver.value('trading.order.placed')).toBe(2);
    expect(lines).toEqual([
      expect.stringContaining('failed: Service Unavailable (503)'),
      expect.stringContaining('works again after 1 failure.'),
    ]);
  });

  test('waits for it with delta temporality, because the next export does not include the same', async () => {
    await using telemetry = await start({ temporality: 'delta', timeoutMillis: 2_000 }, 60_000);
    placeOrder();
    await exportOnInterval(() => undefined);
    placeOrder();
    receiver.answer = () => ({ status: 200 });
    const { lines } = listenToStderr();
    expect(await telemetry.flush()).toBe(true);
    expect(receiver.value('trading.order.placed')).toBe(1);
    expect(lines).toEqual([
      expect.stringContaining('failed: no answer within 2000 ms. The bot is not affected; with delta temporality'),
      expect.stringContaining('works again'),
    ]);
  });
});

describe('the first export', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });

  test('is sent soon after the start, and the next an interval later', async () => {
    await using _telemetry = await start();
    placeOrder();
    vi.advanceTimersByTime(1_000);
    await vi.waitUntil(() => receiver.received.length === 1, { timeout: 60_000 });
    // Each poll moved the clock by 50 ms.
    vi.advanceTimersByTime(30_000);
    placeOrder();
    vi.advanceTimersByTime(30_000);
    await vi.waitUntil(() => receiver.received.length === 2, { timeout: 60_000 });
    expect(receiver.value('trading.order.placed')).toBe(2);
  });

  test('logs at its first attempt that no receiver is there, not after its last', async () => {
    const { lines } = listenToStderr();
    await using _telemetry = await start({ timeoutMillis: 3_600_000, exportIntervalMillis: 3_600_000 }, 1);
    await receiver[Symbol.asyncDispose]();
    placeOrder();
    vi.advanceTimersByTime(1_000);
    await vi.waitUntil(() => lines.length > 0, { timeout: 60_000 });
    expect(lines).toEqual([
      expect.stringMatching(/failed: connect ECONNREFUSED .* \(is a Collector running there\?\)\./u),
    ]);
  });
});

describe('an agent of the bot', () => {
  test('makes the connections, and is not destroyed', async () => {
    let requests = 0;
    class CountingAgent extends Agent {
      override createConnection(...args: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
        requests += 1;
        return super.createConnection(...args);
      }
    }
    const agent = new CountingAgent();
    const destroy = vi.spyOn(agent, 'destroy');
    const telemetry = await start({ agent });
    placeOrder();
    await telemetry.shutdown();
    expect(receiver.value('trading.order.placed')).toBe(1);
    expect(requests).toBeGreaterThan(0);
    expect(destroy).not.toHaveBeenCalled();
  });
});

describe('a canceled export', () => {
  test('is not sent if it was collecting, and the next is', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const telemetry = await start({ timeoutMillis: 2_000 }, 900);
    const gauge = metrics.getMeter('slow').createObservableGauge('slow');
    const { promise: collecting, resolve } = Promise.withResolvers<void>();
    gauge.addCallback(() => {
      resolve();
      return new Promise(() => {});
    });
    placeOrder();
    vi.advanceTimersByTime(60_000);
    await collecting;
    placeOrder();
    await telemetry.flush();
    // By now the first would have been sent.
    await sleep(2_500);
    await telemetry.shutdown();
    expect(JSON.stringify(receiver.exports())).toContain('"asDouble":2}');
    expect(JSON.stringify(receiver.exports())).not.toContain('"asDouble":1}');
  });
});

describe('many flushes at once', () => {
  test('share the next export, and cancel none', async () => {
    await using telemetry = await start();
    const answered = vi.fn<() => void>();
    const flushes: Promise<boolean>[] = [];
    for (let round = 0; round < 50; round += 1) {
      placeOrder();
      flushes.push(telemetry.flush());
    }
    await Promise.all(flushes.map((each) => each.then(answered)));
    expect(answered).toHaveBeenCalledTimes(50);
    expect(receiver.received.length).toBeLessThanOrEqual(2);
    expect(receiver.value('trading.order.placed')).toBe(50);
  });
});

describe('the last export', () => {
  test('is retried until the flush ends, however short the limit of one export', async () => {
    const { lines } = listenToStderr();
    const telemetry = await start({ timeoutMillis: 150 }, 60_000);
    placeOrder();
    const hangs = vi.fn<() => undefined>(() => {
      receiver.answer = () => {
        receiver.answer = () => ({ status: 200 });
        return { status: 503 };
      };
    });
    receiver.answer = hangs;
    await telemetry.shutdown();
    expect(hangs).toHaveBeenCalledTimes(1);
    expect(receiver.value('trading.order.placed')).toBe(1);
    expect(lines).toEqual([]);
  });

  test('counts deltas once, however late the answer', async () => {
    const telemetry = await start({ temporality: 'delta', timeoutMillis: 1_000 }, 5_000);
    placeOrder();
    let placed = 0;
    receiver.answer = () => {
      placed += 1;
      return undefined;
    };
    await telemetry.shutdown();
    expect(placed).toBe(1);
  });

  test('logs a failure even if an earlier export failed', async () => {
    const { lines } = listenToStderr();
    const telemetry = await start();
    receiver.answer = () => ({ status: 401 });
    for (let round = 0; round < 3; round += 1) {
      placeOrder();
      await telemetry.flush();
    }
    await telemetry.shutdown();
    expect(lines).toEqual([
      expect.stringContaining('Logged once, and again when an export succeeds.'),
      expect.stringContaining('If the bot ends now, what was recorded since the last export is lost.'),
    ]);
  });

  test.each<[string, OtlpAnswer['headers'], number, () => string]>([
    [
      'when its time is over',
      undefined,
      2_000,
      () =>
        `the flush did not finish within 2000 ms (flushTimeoutMillis), because the export to ${receiver.url}/v1/metrics failed: Service Unavailable (503). What was recorded since the last export may be lost.`,
    ],
    [
      'when there is no time for another attempt',
      { 'retry-after': '3600' },
      20_000,
      () =>
        `the export to ${receiver.url}/v1/metrics failed: Service Unavailable (503). If the bot ends now, what was recorded since the last export is lost.`,
    ],
  ])('logs why it failed, %s', async (_, headers, flushTimeoutMillis, logged) => {
    const { lines } = listenToStderr();
    const telemetry = await start({}, flushTimeoutMillis);
    placeOrder();
    receiver.answer = () => ({ status: 503, headers });
    await telemetry.shutdown();
    expect(lines).toEqual([`[trademeter/sdk] warn: ${logged()}`]);
  });
});

describe('an export', () => {
  test('omits an observable callback that does not return', async () => {
    const { lines } = listenToStderr();
    const telemetry = await start();
    const gauge = metrics.getMeter('hanging').createObservableGauge('hanging');
    gauge.addCallback(() => new Promise(() => {}));
    placeOrder();
    await telemetry.shutdown();
    expect(receiver.value('trading.order.placed')).toBe(1);
    expect(lines).toEqual([
      '[trademeter/sdk] warn: an observable callback could not be read, so the export has no new values from it: an observable callback of "hanging" did not finish within 1000 ms. Logged once.',
    ]);
  });

  test.each<[string, unknown]>([
    ['nothing at all', Object.create(null)],
    ['an error whose message is not a string', Object.assign(new Error(), { message: 5 })],
  ])('omits a callback that throws %s', async (_, thrown) => {
    const { lines } = listenToStderr();
    await using telemetry = await start();
    const gauge = metrics.getMeter('throwing').createObservableGauge('throwing');
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- others do
    gauge.addCallback(() => Promise.reject(thrown));
    placeOrder();
    await telemetry.flush();
    expect(receiver.value('trading.order.placed')).toBe(1);
    expect(lines).toEqual([expect.stringContaining('could not be read, so the export has no new values from it: ')]);
  });

  test('is retried as long as it has time', async () => {
    const { lines } = listenToStderr();
    await using telemetry = await start({}, 30_000);
    placeOrder();
    receiver.answer = () => {
      receiver.answer = () => ({ status: 200 });
      return { status: 503 };
    };
    await telemetry.flush();
    expect(receiver.value('trading.order.placed')).toBe(1);
    expect(lines).toEqual([]);
  });

  test('is not retried if that would not help', async () => {
    await using telemetry = await start({}, 30_000);
    placeOrder();
    const answer = vi.fn<() => OtlpAnswer>(() => ({ status: 400 }));
    receiver.answer = answer;
    await telemetry.flush();
    expect(answer).toHaveBeenCalledTimes(1);
  });

  test.each<[string, () => string]>([
    ['seconds', () => '150'],
    ['a date', () => new Date(Date.now() + 150_000).toUTCString()],
  ])('is skipped for as long as the receiver asks, in %s', async (_, retryAfter) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
    const { lines } = listenToStderr();
    await using telemetry = await start();
    placeOrder();
    const answer = vi.fn<() => OtlpAnswer>(() => ({ status: 503, headers: { 'retry-after': retryAfter() } }));
    await exportOnInterval(answer);
    await vi.waitUntil(() => lines.length === 1, { timeout: 60_000 });
    vi.advanceTimersByTime(120_000);
    await telemetry.flush();
    // A flush ignores it.
    expect(answer).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(180_000);
    await vi.waitUntil(() => answer.mock.calls.length === 3, { timeout: 60_000 });
  });

  test('opens a new connection if the receiver closed the kept one', async () => {
    // no time for a later attempt, and none that could run out
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { lines } = listenToStderr();
    let connections = 0;
    const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
    const server: Server = createServer((socket) => {
      connections += 1;
      socket.once('data', () => {
        socket.write(ok);
        socket.on('data', () => socket.resetAndDestroy());
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await using telemetry = await start({ url: `http://127.0.0.1:${port}/v1/metrics` });
    placeOrder();
    for (let round = 0; round < 5; round += 1) {
      await telemetry.flush();
      // The connection is kept only once the response is complete.
      await new Promise(setImmediate);
    }
    expect(connections).toBe(5);
    expect(lines).toEqual([]);
  });

  test('starts no name lookup while one is running', async () => {
    const { lines } = listenToStderr();
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(() => {});
    await using telemetry = await start({ url: 'http://collector.invalid/v1/metrics', timeoutMillis: 20 });
    placeOrder();
    for (let round = 0; round < 10; round += 1) await telemetry.flush();
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(lines).toEqual([expect.stringContaining('failed: no answer within 20 ms.')]);
  });
});

describe('credentials in a URL', () => {
  test('are sent and not logged', async () => {
    const { lines } = listenToStderr();
    receiver.answer = () => ({ status: 500 });
    const url = `http://user:p@ss@127.0.0.1:${receiver.port}/v1/metrics?token=secret`;
    const telemetry = await start({ url });
    placeOrder();
    await telemetry.flush();
    await telemetry.shutdown();
    expect(telemetry.endpoints).toEqual([{ exporter: 'otlp', url: `${receiver.url}/v1/metrics` }]);
    expect(lines.join('\n')).toContain(`the export to ${receiver.url}/v1/metrics failed: Internal Server Error (500)`);
    expect(lines.join('\n')).not.toMatch(/ss@|user|token|secret/);
  });
});

describe('a logger of the bot that throws', () => {
  test('does not end the bot', async () => {
    using logs = captureLogs({
      onEntry: () => {
        throw new Error('the log is closed');
      },
    });
    const telemetry = await start();
    receiver.answer = () => ({ status: 401 });
    placeOrder();
    await telemetry.flush();
    await telemetry.shutdown();
    expect(logs.messages).not.toEqual([]);
  });
});

describe('TLS', () => {
  const file = (name: string): string =>
    fileURLToPath(new URL(`../../exporter-prometheus/src/testdata/tls/${name}`, import.meta.url));

  async function startTlsReceiver(): Promise<{ url: string; clients: string[] }> {
    const clients: string[] = [];
    const options = { key: readFileSync(file('server.key')), cert: readFileSync(file('server.crt')) };
    const server = createTlsServer(
      { ...options, ca: readFileSync(file('ca.crt')), requestCert: true },
      (request, response) => {
        const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate();
        clients.push(String(subject?.CN));
        request.resume().on('end', () => response.end());
      },
    ).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    return { url: `https://localhost:${typeof address === 'object' ? address?.port : ''}/v1/metrics`, clients };
  }

  test('uses the authority and the client certificate of the environment', async () => {
    const { url, clients } = await startTlsReceiver();
    const { lines } = listenToStderr();
    setEnvironment({
      OTEL_EXPORTER_OTLP_CERTIFICATE: file('ca.crt'),
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE: file('client.crt'),
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: file('client.key'),
    });
    await using telemetry = await start({ url });
    placeOrder();
    await telemetry.flush();
    expect(lines).toEqual([]);
    expect(clients).toEqual([expect.stringMatching(/./)]);
  });

  test('trusts no other authority', async () => {
    const { url, clients } = await startTlsReceiver();
    const { lines } = listenToStderr();
    await using telemetry = await start({ url });
    placeOrder();
    await telemetry.flush();
    expect(lines).toEqual([expect.stringMatching(/failed: .*certificate.*\. The bot/)]);
    expect(clients).toEqual([]);
  });
});
