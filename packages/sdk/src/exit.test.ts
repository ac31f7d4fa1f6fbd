import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { OtlpReceiver } from '@trademeter/test-support';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runBot } from '../test/run-bot.ts';

let receiver: OtlpReceiver;
let push: Record<string, string>;

beforeEach(async () => {
  receiver = await OtlpReceiver.start();
  push = {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  };
});

afterEach(() => receiver[Symbol.asyncDispose]());

const register = ['--import', '@trademeter/sdk/register'];

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)(
    '%s flushes, and then ends the bot as if nobody had listened',
    async (signal) => {
      const bot = runBot('waiting', push);
      await bot.prints('ready');
      // a slow machine may have made the first export already
      const before = receiver.received.length;
      bot.kill(signal);
      expect(await bot.ended).toEqual({ code: null, signal });
      expect(receiver.received.length).toBeGreaterThan(before);
      expect(receiver.value('trading.order.placed')).toBe(1);
      expect(bot.output.stderr).toBe('');
    },
  );

  test.each(['on', 'once'])('flushes, but leaves the end to a bot that listens with %s', async (how) => {
    const bot = runBot('waiting', { ...push, BOT_ON_SIGNAL: how });
    await bot.prints('ready');
    bot.kill('SIGTERM');
    expect(await bot.ended).toEqual({ code: 7, signal: null });
    expect(bot.output.stdout).toContain('orders canceled');
    // the bot does not wait for the answer
    await expect.poll(() => receiver.value('trading.order.placed')).toBe(1);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGUSR2'] as const)(
    '%s ends a bot whose only other listener is signal-exit, which waits for others as well',
    async (signal) => {
      const bot = runBot('waiting', { ...push, BOT_ON_SIGNAL: 'signal-exit' });
      await bot.prints('ready');
      bot.kill(signal);
      expect(await bot.ended).toEqual({ code: null, signal });
      expect(bot.output.stdout).toContain('cleaned up');
      expect(receiver.value('trading.order.placed')).toBe(1);
    },
  );

  test('lets a running scrape finish', async () => {
    const bot = runBot('waiting', { OTEL_EXPORTER_PROMETHEUS_PORT: '0', BOT_READS_SLOWLY: 'yes' });
    await bot.prints('ready');
    const [, url = ''] = /ready (\S+)/.exec(bot.output.stdout) ?? [];
    const answer = fetch(url).then((response) => response.text());
    await bot.prints('reading');
    bot.kill('SIGTERM');
    expect(await answer).toMatch(/^trading_order_placed_total\{.*\} 1$/m);
    expect(await bot.ended).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('does not wait longer than the limit for a receiver that hangs', async () => {
    receiver.answer = () => undefined;
    const bot = runBot('waiting', { ...push, BOT_FLUSH_MILLIS: '1000' });
    await bot.prints('ready');
    bot.kill('SIGTERM');
    expect(await bot.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(bot.output.stderr).toBe(
      `[trademeter/sdk] warn: the flush did not finish within 1000 ms (flushTimeoutMillis), because the export to ${receiver.url}/v1/metrics has not been answered. What was recorded since the last export may be lost.\n`,
    );
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s as a second signal ends the wait', async (second) => {
    const bot = runBot('waiting', { ...push, BOT_FLUSH_MILLIS: '60000' });
    await expect.poll(() => receiver.received.length).toBe(1);
    // the next export is the flush, so the bot has had the signal
    const asked = new Promise<void>((resolve) => {
      receiver.answer = () => {
        resolve();
        return undefined;
      };
    });
    bot.kill('SIGINT');
    await asked;
    // longer than the signals of one key press
    await sleep(1_000);
    bot.kill(second);
    expect(await bot.ended).toEqual({ code: null, signal: second });
    expect(bot.output.stderr).toBe('');
  });

  test.each(['SIGINT SIGINT', 'SIGINT SIGTERM SIGINT', 'SIGHUP SIGTERM', 'SIGUSR2 SIGUSR2'])(
    'that comes as %s from one key press does not cut the flush off',
    async (sent) => {
      const bot = runBot('waiting', { ...push, BOT_SENDS: sent });
      expect(await bot.ended).toEqual({ code: null, signal: sent.split(' ')[0] });
      expect(receiver.value('trading.order.placed')).toBe(1);
      expect(bot.output.stderr).toBe('');
    },
  );

  test.each(['SIGTERM SIGTERM', 'SIGTERM SIGINT'])(
    'that comes as %s from one key press does not end the bot that listens once',
    async (sent) => {
      const bot = runBot('waiting', { ...push, BOT_ON_SIGNAL: 'once', BOT_SENDS: sent });
      expect(await bot.ended).toEqual({ code: 7, signal: null });
      expect(bot.output.stdout).toContain('orders canceled');
    },
  );

  const unshare = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc'];
  const [program = '', ...unshareOptions] = unshare;
  const isUnsharePermitted = spawnSync(program, [...unshareOptions, 'true']).status === 0;
  if (!isUnsharePermitted) console.warn('This machine does not permit unshare: the tests of process 1 are skipped.');
  test.skipIf(!isUnsharePermitted).each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ])('%s ends process 1 of a container, after the flush', async (signal, code) => {
    const bot = runBot('waiting', { ...push, BOT_SENDS: signal }, [], '', unshare);
    expect(await bot.ended).toEqual({ code, signal: null });
    expect(receiver.value('trading.order.placed')).toBe(1);
    expect(bot.output.stderr).toBe('');
  });

  test.skipIf(!isUnsharePermitted)('ends process 1 of a container that uses signal-exit', async () => {
    const bot = runBot('waiting', { ...push, BOT_SENDS: 'SIGTERM', BOT_ON_SIGNAL: 'signal-exit' }, [], '', unshare);
    expect(await bot.ended).toEqual({ code: 143, signal: null });
    expect(bot.output.stdout).toContain('cleaned up');
    expect(receiver.value('trading.order.placed')).toBe(1);
  });
});

describe('a normal exit', () => {
  test('flushes the last interval', async () => {
    const bot = runBot('finishing', push, register);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(receiver.value('trading.order.placed')).toBe(3);
    expect(bot.output).toEqual({ stdout: 'done\n', stderr: '' });
  });

  test('is not prevented by a scrape endpoint', async () => {
    const bot = runBot('finishing', { OTEL_EXPORTER_PROMETHEUS_PORT: '0' }, register);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output).toEqual({ stdout: 'done\n', stderr: '' });
  });

  test('exports what other listeners record before the end', async () => {
    const bot = runBot('closing', push);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output).toEqual({ stdout: 'positions closed\n', stderr: '' });
    expect(receiver.value('trading.order.placed')).toBe(111);
  });

  test('happens even if a listener records something at every beforeExit', async () => {
    const bot = runBot('closing', { ...push, BOT_RECORDS_ON: 'yes' });
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stderr).toBe('');
    // one at the start, and one before each of the two flushes
    expect(receiver.value('trading.order.placed')).toBe(3);
    expect(receiver.received.length).toBeLessThanOrEqual(3);
  });

  test.each(['http/json', 'http/protobuf'])(
    'ends, and measures no export over %s, with an HTTP instrumentation that was loaded first',
    async (protocol) => {
      await using other = await OtlpReceiver.start();
      const bot = runBot('instrumented', { ...push, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, BOT_URL: other.url });
      expect(await bot.ended).toEqual({ code: 0, signal: null });
      expect(bot.output.stderr).toBe('');
      expect(receiver.received.length).toBeLessThanOrEqual(2);
      if (protocol === 'http/json') {
        expect(receiver.value('http.client.request.duration', {})).toBe(1);
      }
    },
  );

  test('lets other listeners finish even if the receiver hangs', async () => {
    receiver.answer = () => undefined;
    const bot = runBot('closing', { ...push, BOT_FLUSH_MILLIS: '300', BOT_CLOSING_MILLIS: '1500' });
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stdout).toBe('positions closed\n');
    expect(bot.output.stderr).toContain('the flush did not finish within 300 ms');
  });

  test('also exports the deltas that listeners record, even if they are equal', async () => {
    const delta = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta', BOT_ORDERS: '1' };
    const bot = runBot('closing', { ...push, ...delta });
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    const placed = receiver.exports().flatMap((_, index) => receiver.valueIn(index, 'trading.order.placed') ?? []);
    expect(placed.reduce((sum, value) => sum + value, 0)).toBe(3);
  });

  test('is not prevented by observed counters that grow between two flushes of deltas', async () => {
    const delta = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' };
    const bot = runBot('finishing', { ...push, ...delta }, register);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output).toEqual({ stdout: 'done\n', stderr: '' });
    // The register module measures the CPU time of the process, which always grows.
    expect(receiver.received.length).toBeGreaterThan(0);
    expect(receiver.received.length).toBeLessThanOrEqual(3);
  });

  test.each(['http/json', 'grpc'])('is not prevented by a receiver that hangs, over %s', async (protocol) => {
    receiver.answer = () => undefined;
    const patient = { ...push, OTEL_EXPORTER_OTLP_TIMEOUT: '3600000', OTEL_EXPORTER_OTLP_PROTOCOL: protocol };
    const bot = runBot('finishing', patient, register);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stderr).toContain('the flush did not finish within 3000 ms');
  });
});

describe('a standard stream that cannot be written to', () => {
  test.each(['>/dev/full', '2>/dev/full >/dev/full', '| true'])('%s does not end the bot', async (redirection) => {
    const bot = runBot('finishing', { OTEL_METRICS_EXPORTER: 'console', BOT_PRINTS: 'no' }, register, redirection);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    if (!redirection.includes('2>')) {
      expect(bot.output.stderr).toMatch(/^\[trademeter\/sdk\] warn: the export to stdout failed: .*(ENOSPC|EPIPE)/);
    }
  });
});

describe('after shutdown()', () => {
  test('a recording is logged once', async () => {
    const bot = runBot('late', { BOT_WAIT_MILLIS: '0' });
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stderr).toMatch(
      /^\[trademeter\/sdk\] warn: dropped a measurement that was recorded after shutdown\(\)\. .*\n$/u,
    );
  });

  test('nothing is logged if the bot records nothing more', async () => {
    const bot = runBot('late', { BOT_WAIT_MILLIS: '2500', BOT_RECORDS: 'no' });
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stderr).toBe('');
  });
});

test('a child process and a worker thread whose parent uses the port name that parent', async () => {
  const bot = runBot('parent', { OTEL_EXPORTER_PROMETHEUS_PORT: '0' });
  expect(await bot.ended).toEqual({ code: 0, signal: null });
  const pid = bot.output.stdout.trim();
  expect(bot.output.stderr.trimEnd().split('\n').toSorted()).toEqual([
    expect.stringContaining(`is in use: this is a child process of ${pid}, which serves its own metrics.`),
    expect.stringContaining(`is in use: this is a worker thread of process ${pid}, which serves its own metrics.`),
  ]);
});

describe('a worker thread', () => {
  test('pushes its last interval with its own service.instance.id', async () => {
    const bot = runBot('threads', push);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stderr).toBe('');
    const ids = receiver.exports().map(({ resourceMetrics: [resource] }) => {
      const id = resource?.resource?.attributes?.find(({ key }) => key === 'service.instance.id');
      return id?.value['stringValue'];
    });
    expect(new Set(ids).size).toBe(3);
    expect(receiver.value('trading.order.placed')).toBe(1);
  });

  test('warns of a service.instance.id that all workers share', async () => {
    const shared = { ...push, OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=bot-1' };
    const bot = runBot('threads', shared);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stderr.trimEnd().split('\n')).toEqual(
      Array.from({ length: 2 }, () =>
        expect.stringContaining('all workers of this process share the service.instance.id bot-1'),
      ),
    );
  });
});

describe('--import @trademeter/sdk/register', () => {
  test('prints what is wrong and lets the bot run without telemetry', async () => {
    const bot = runBot('finishing', { OTEL_METRICS_EXPORTER: 'promtheus' }, register);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output).toEqual({
      stdout: 'done\n',
      stderr:
        '[trademeter/sdk] OTEL_METRICS_EXPORTER must be none, or a list of prometheus, otlp, pushgateway, console, got "promtheus"\nThe bot runs without telemetry.\n',
    });
  });

  test('measures the process, Node and the HTTP calls of a bot without instrumentations', async () => {
    await using other = await OtlpReceiver.start();
    const bot = runBot('uninstrumented', { ...push, BOT_URL: other.url }, register);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stderr).toBe('');
    expect(receiver.value('http.client.request.duration')).toBe(2);
    for (const metric of ['process.cpu.time', 'process.memory.usage', 'nodejs.eventloop.utilization']) {
      expect(receiver.value(metric)).toBeDefined();
    }
  });

  test('logs one line if Node is too old, and lets the bot run', async () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.20.2"})';
    const bot = runBot('finishing', push, ['--import', old, ...register]);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output).toEqual({
      stdout: 'done\n',
      stderr:
        '[trademeter/sdk] Node.js 22.15 or later is needed, but this is Node.js 20.20.2. The bot runs without telemetry.\n',
    });
  });

  test('logs one line if used with --require, and lets the bot run', async () => {
    const bot = runBot('finishing', push, ['--require', '@trademeter/sdk/register']);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output.stdout).toBe('done\n');
    expect(bot.output.stderr).toMatch(/^\[trademeter\/sdk\] .* --import @trademeter\/sdk\/register\. .*\n$/u);
  });

  test('rejects a startTelemetry() in the bot', async () => {
    const bot = runBot('waiting', push, register);
    expect(await bot.ended).toMatchObject({ code: 1 });
    expect(bot.output.stderr).toContain('telemetry was already started in this process');
  });
});
