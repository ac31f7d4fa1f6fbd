import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNoopMeter, metrics } from '@opentelemetry/api';
import { InstrumentationBase } from '@opentelemetry/instrumentation';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { PromClientMetricProducer } from '@trademeter/exporter-prometheus';
import { createMeter, defineMetric } from '@trademeter/instrumentation';
import {
  tradingBreakerTrips,
  tradingDataAge,
  tradingOrderPlaced,
  tradingPositionValue,
} from '@trademeter/semantic-conventions';
import { OtlpReceiver } from '@trademeter/test-support';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listenToStderr, order, scrape, setEnvironment } from '../test/support.ts';
import { ConfigurationError, startTelemetry, type TelemetryOptions } from './index.ts';

beforeEach(() => {
  setEnvironment({ OTEL_EXPORTER_PROMETHEUS_PORT: '0' });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function scrapeUrl(telemetry: { endpoints: readonly { exporter: string; url: string }[] }): string {
  const endpoint = telemetry.endpoints.find(({ exporter }) => exporter === 'prometheus');
  if (endpoint === undefined) throw new Error('nothing is served');
  return endpoint.url;
}

describe('by default', () => {
  test('serves the recordings of an instrumentation created earlier', async () => {
    const placed = createMeter({ name: 'early' }).counter(tradingOrderPlaced);
    placed.add(1, order);
    await using telemetry = await startTelemetry();
    placed.add(2, order);
    expect(await scrape(scrapeUrl(telemetry), 'trading_order_placed_total')).toEqual([
      'trading_order_placed_total{otel_scope_name="early",trading_order_side="buy",trading_order_type="market",trading_symbol="BTC/USDT",trading_venue="test"} 2',
    ]);
  });

  test('shows an initialized series at 0 in the first scrape', async () => {
    createMeter({ name: 'early' }).counter(tradingBreakerTrips).initialize({ 'trading.breaker.name': 'daily_loss' });
    await using telemetry = await startTelemetry();
    expect(await scrape(scrapeUrl(telemetry), 'trading_breaker_trips_total')).toEqual([
      'trading_breaker_trips_total{otel_scope_name="early",trading_breaker_name="daily_loss"} 0',
    ]);
  });

  test('listens on this machine only', async () => {
    await using telemetry = await startTelemetry();
    expect(['127.0.0.1', '[::1]']).toContain(new URL(scrapeUrl(telemetry)).hostname);
  });

  test('prints nothing', async () => {
    const { lines } = listenToStderr();
    const out = vi.spyOn(process.stdout, 'write');
    const telemetry = await startTelemetry();
    await scrape(scrapeUrl(telemetry));
    await telemetry.shutdown();
    expect(lines).toEqual([]);
    expect(out).not.toHaveBeenCalled();
  });
});

describe('metricProducers', () => {
  const registry = {
    getMetricsAsJSON: () => [
      { name: 'own_fills_total', help: 'Fills', type: 'counter', values: [{ value: 3, labels: { side: 'buy' } }] },
    ],
  };

  test('are scraped and pushed together with recordings', async () => {
    await using receiver = await OtlpReceiver.start();
    setEnvironment({
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    });
    const metricProducers = [new PromClientMetricProducer(registry)];
    await using telemetry = await startTelemetry({ metricProducers });
    createMeter({ name: 'both' }).counter(tradingOrderPlaced).add(5, order);
    await telemetry.flush();
    expect(receiver.value('own_fills_total')).toBe(3);
    expect(receiver.value('trading.order.placed')).toBe(5);
    const [line] = await scrape(scrapeUrl(telemetry), 'own_fills_total');
    expect(line).toMatch(/^own_fills_total\{.*side="buy"\} 3$/);
  });

  test('that fail remove only their own series from a push', async () => {
    const { lines } = listenToStderr();
    await using receiver = await OtlpReceiver.start();
    setEnvironment({
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    });
    const collect = () => Promise.reject(new Error('the registry is gone'));
    await using telemetry = await startTelemetry({ metricProducers: [{ collect }] });
    createMeter({ name: 'both' }).counter(tradingOrderPlaced).add(5, order);
    await telemetry.flush();
    await telemetry.flush();
    expect(receiver.value('trading.order.placed')).toBe(5);
    expect(lines.filter((line) => line.includes('the registry is gone'))).toHaveLength(1);
  });
});

describe('exporters', () => {
  test('can be scraped and pushed to at the same time', async () => {
    await using receiver = await OtlpReceiver.start();
    setEnvironment({
      OTEL_METRICS_EXPORTER: ' Prometheus, otlp,otlp ',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    });
    await using telemetry = await startTelemetry();
    createMeter({ name: 'both' }).counter(tradingOrderPlaced).add(5, order);
    await telemetry.flush();
    expect(receiver.value('trading.order.placed')).toBe(5);
    expect(receiver.received).toHaveLength(1);
    expect(await scrape(scrapeUrl(telemetry), 'trading_order_placed_total')).toEqual([expect.stringMatching(/ 5$/)]);
    expect(telemetry.endpoints).toContainEqual({ exporter: 'otlp', url: `${receiver.url}/v1/metrics` });
  });

  test('call no callback until they are read, and then read everything', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using receiver = await OtlpReceiver.start();
    await using telemetry = await startTelemetry({
      exporters: [
        { type: 'prometheus', port: 0 },
        { type: 'otlp', url: receiver.url, exportIntervalMillis: 3_600_000 },
      ],
    });
    const callback = vi.fn<() => void>();
    const meter = metrics.getMeter('observed');
    meter.createObservableGauge('observed').addCallback(callback);
    const jobs = meter.createCounter('jobs');
    await vi.advanceTimersByTimeAsync(600_000);
    // the first push, soon after the start
    expect(callback).toHaveBeenCalledTimes(1);
    for (let push = 0; push < 3; push += 1) {
      jobs.add(1);
      await telemetry.flush();
    }
    vi.useRealTimers();
    expect(await scrape(scrapeUrl(telemetry), 'jobs_total')).toEqual([expect.stringMatching(/ 3$/)]);
  });

  test('each read 0 once for a series that ended, and then omit it', async () => {
    await using receiver = await OtlpReceiver.start();
    await using telemetry = await startTelemetry({
      exporters: [
        { type: 'prometheus', port: 0 },
        { type: 'otlp', url: receiver.url, protocol: 'http/json' },
      ],
    });
    const meter = createMeter({ name: 'positions' });
    const values = meter.observable(tradingPositionValue);
    const ages = meter.age(tradingDataAge);
    const position = {
      'trading.venue': 'test',
      'trading.symbol': 'BTC/USDT',
      'trading.position.side': 'long',
      'trading.currency': 'USD',
    } as const;
    const feed = { 'trading.data.type': 'ticker', 'trading.provider.name': 'test' } as const;
    const other = { ...position, 'trading.symbol': 'ETH/USDT' };
    const scraped = async () => {
      const lines = await scrape(scrapeUrl(telemetry), 'trading_');
      return lines.filter((line) => line.includes('BTC') || line.includes('age')).map((line) => line.split(' ').at(-1));
    };
    const pushed = async () => {
      await telemetry.flush();
      const key = { 'trading.symbol': 'BTC/USDT' };
      return [receiver.value('trading.position.value', key), receiver.value('trading.data.age')];
    };
    values.set(5, position);
    values.set(7, other);
    ages.happened('feed', feed);
    await scraped();
    expect((await pushed())[0]).toBe(5);
    values.end(position);
    ages.end('feed');
    expect(await scraped()).toEqual(['0', '0']);
    expect(await scraped()).toEqual([]);
    expect(await pushed()).toEqual([0, 0]);
    expect(await pushed()).toEqual([undefined, undefined]);
    expect(receiver.value('trading.position.value')).toBe(7);
    values.set(6, position);
    expect((await scraped()).slice(0, 1)).toEqual(['6']);
    expect((await pushed())[0]).toBe(6);
  });

  test('make room for new symbols by ending series that were idle for an hour, but not initialized ones', async () => {
    const jobs = defineMetric({
      name: 'test.jobs',
      instrument: 'counter',
      unit: '{job}',
      description: 'Jobs.',
      attributes: { symbol: { type: 'string', requirement: 'required' } },
      cardinalityLimit: 5,
    });
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
    await using telemetry = await startTelemetry({ exporters: [reader], metrics: [jobs] });
    const counter = createMeter({ name: 'idle' }).counter(jobs);
    const symbols = async () => {
      exporter.reset();
      await telemetry.flush();
      const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      const points = all.find(({ descriptor }) => descriptor.name === 'test.jobs')?.dataPoints ?? [];
      return points.map(({ attributes, value }): unknown[] => [attributes['symbol'] ?? 'overflow', value]);
    };
    counter.initialize({ symbol: 'WATCHED' });
    for (const symbol of ['A', 'B', 'C']) counter.add(1, { symbol });
    await symbols();
    vi.setSystemTime(Date.UTC(2026, 0, 1, 1, 30));
    counter.add(1, { symbol: 'C' });
    for (const symbol of ['D', 'E', 'F']) counter.add(1, { symbol });
    expect(await symbols()).toEqual([
      ['WATCHED', 0],
      ['C', 2],
      ['D', 1],
      ['E', 1],
      ['overflow', 1],
    ]);
  });

  test('chosen in the code override the environment', async () => {
    setEnvironment({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'wrong, but not read' });
    await using telemetry = await startTelemetry({ exporters: [{ type: 'prometheus', port: 0, endpoint: '/own' }] });
    expect(telemetry.endpoints.map(({ exporter }) => exporter)).toEqual(['prometheus']);
    expect(new URL(scrapeUrl(telemetry)).pathname).toBe('/own');
  });

  test('can be a reader of the user', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter });
    await using telemetry = await startTelemetry({ exporters: [reader] });
    createMeter({ name: 'own-reader' }).counter(tradingOrderPlaced).add(1, order);
    await telemetry.flush();
    const names = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: all }) => all));
    expect(names.map(({ descriptor }) => descriptor.name)).toContain('trading.order.placed');
  });

  test('print recordings to the console at the end', async () => {
    setEnvironment({ OTEL_METRICS_EXPORTER: 'console' });
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const telemetry = await startTelemetry();
    createMeter({ name: 'console' }).counter(tradingOrderPlaced).add(1, order);
    await telemetry.shutdown();
    const printed = write.mock.calls.map(([text]) => String(text)).join('');
    expect(printed).toMatch(/^trading\.order\.placed +\{order\} +.*symbol=BTC\/USDT.* 1 +new$/mu);
  });

  test.each([
    ['OTEL_METRICS_EXPORTER=none', { OTEL_METRICS_EXPORTER: 'none' }, {}],
    ['OTEL_SDK_DISABLED=true, whatever else is wrong', { OTEL_SDK_DISABLED: 'TRUE', OTEL_METRICS_EXPORTER: 'x' }, {}],
    ['an empty list in the code', {}, { exporters: [] }],
    ['none in the code', {}, { exporters: ['none'] }],
  ] satisfies [string, Record<string, string>, TelemetryOptions][])(
    'registers nothing with %s',
    async (_, environment, options) => {
      setEnvironment(environment);
      await using telemetry = await startTelemetry(options);
      expect(metrics.getMeterProvider().getMeter('x')).toBe(createNoopMeter());
      expect(telemetry.endpoints).toEqual([]);
      expect(await telemetry.flush()).toBe(true);
    },
  );
});

describe('a port that is in use', () => {
  test('leaves the bot running, logs what to do, and is used once it is free', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { lines } = listenToStderr();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await using telemetry = await startTelemetry({ exporters: [{ type: 'prometheus', host: '127.0.0.1', port }] });
    expect(telemetry.endpoints).toEqual([]);
    expect(lines).toEqual([
      `[trademeter/sdk] error: port ${port} on 127.0.0.1 is in use, perhaps by another bot or an earlier run of this one. The bot keeps running, but cannot be scraped. Retrying every 5 s. To use another port, set OTEL_EXPORTER_PROMETHEUS_PORT=${port + 1} or the port option.`,
    ]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(telemetry.endpoints).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitUntil(() => telemetry.endpoints.length > 0, { timeout: 60_000 });
    expect(lines.slice(1)).toEqual([
      `[trademeter/sdk] warn: metrics are now served at http://127.0.0.1:${port}/metrics`,
    ]);
  });

  test('logs that a host is not an address of this machine', async () => {
    const { lines } = listenToStderr();
    await using _telemetry = await startTelemetry({ exporters: [{ type: 'prometheus', host: '192.0.2.1', port: 0 }] });
    expect(lines).toEqual([expect.stringContaining('192.0.2.1 is not an address of this machine')]);
  });
});

describe('an instrumentation', () => {
  class Foreign extends InstrumentationBase {
    enabledTimes = 0;
    constructor(enabled: boolean) {
      super('foreign', '1.0.0', { enabled });
    }
    protected override init(): void {}
    override enable(): void {
      this.enabledTimes = (this.enabledTimes ?? 0) + 1;
    }
    count(): void {
      this.meter.createCounter('foreign.things').add(1);
    }
  }

  test('of any author records to it', async () => {
    const foreign = new Foreign(false);
    await using telemetry = await startTelemetry({ instrumentations: [foreign] });
    foreign.count();
    expect(await scrape(scrapeUrl(telemetry), 'foreign_things_total')).toHaveLength(1);
    expect(foreign.enabledTimes).toBe(1);
  });

  test('that throws when it is attached does not prevent telemetry', async () => {
    const { lines } = listenToStderr();
    const broken = new Foreign(true);
    broken.setMeterProvider = () => {
      throw new Error('no');
    };
    await using telemetry = await startTelemetry({ instrumentations: [broken] });
    expect(telemetry.endpoints).toHaveLength(1);
    expect(lines).toEqual(['[trademeter/sdk] error: the instrumentation foreign failed to start. no']);
  });
});

describe('shutdown', () => {
  test('happens once, at the end of the block, and allows another start', async () => {
    const placed = createMeter({ name: 'restarted' }).counter(tradingOrderPlaced);
    let url: string;
    {
      await using telemetry = await startTelemetry();
      url = scrapeUrl(telemetry);
      placed.add(1, order);
      await telemetry.shutdown();
    }
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    placed.add(1, order);
    await using second = await startTelemetry();
    placed.add(4, order);
    expect(await scrape(scrapeUrl(second), 'trading_order_placed_total')).toEqual([expect.stringMatching(/ 4$/)]);
  });

  test('does not wait for a receiver that hangs', async () => {
    await using receiver = await OtlpReceiver.start();
    receiver.answer = () => undefined;
    const { lines } = listenToStderr();
    const telemetry = await startTelemetry({
      exporters: [{ type: 'otlp', url: `${receiver.url}/v1/metrics` }],
      flushTimeoutMillis: 500,
    });
    createMeter({ name: 'hanging' }).counter(tradingOrderPlaced).add(1, order);
    expect(await telemetry.flush()).toBe(false);
    expect(await telemetry.flush()).toBe(false);
    const late = `[trademeter/sdk] warn: the flush did not finish within 500 ms (flushTimeoutMillis), because the export to ${receiver.url}/v1/metrics has not been answered. What was recorded since the last export may be lost.`;
    expect(lines).toEqual([late]);
    await telemetry.shutdown();
    // Logged again at the end.
    expect(lines).toEqual([late, late]);
  });

  test('removes the signal listeners', async () => {
    const before =
      process.listenerCount('SIGTERM') + process.listenerCount('SIGINT') + process.listenerCount('beforeExit');
    const telemetry = await startTelemetry();
    await telemetry.shutdown();
    expect(
      process.listenerCount('SIGTERM') + process.listenerCount('SIGINT') + process.listenerCount('beforeExit'),
    ).toBe(before);
  });

  test('is left to the bot with flushOnExit: false', async () => {
    const before = process.listenerCount('SIGTERM');
    await using _telemetry = await startTelemetry({ flushOnExit: false });
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});

describe('a second startTelemetry', () => {
  test('is rejected while the first runs', async () => {
    await using _telemetry = await startTelemetry();
    await expect(startTelemetry()).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'ERR_TRADEMETER_STARTED',
      message:
        '[trademeter/sdk] telemetry was already started in this process, by startTelemetry() or by --import @trademeter/sdk/register: start it only once, or call shutdown() first',
    });
  });

  test('is rejected while the first starts', async () => {
    const both = await Promise.allSettled([startTelemetry(), startTelemetry()]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    for (const each of both) if (each.status === 'fulfilled') await each.value.shutdown();
  });

  test('is rejected if another OpenTelemetry SDK is registered', async () => {
    const foreign = new MeterProvider();
    metrics.setGlobalMeterProvider(foreign);
    try {
      await expect(startTelemetry()).rejects.toMatchObject({
        code: 'ERR_TRADEMETER_STARTED',
        message: expect.stringContaining('another OpenTelemetry SDK has registered its meter provider'),
      });
    } finally {
      metrics.disable();
    }
  });

  test('is allowed after one that was rejected for a wrong setting', async () => {
    await expect(startTelemetry({ mode: 'wrong' as 'live' })).rejects.toThrow(ConfigurationError);
    await using telemetry = await startTelemetry();
    expect(telemetry.endpoints).toHaveLength(1);
  });
});
