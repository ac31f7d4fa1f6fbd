import { metrics } from '@opentelemetry/api';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { createMeter, defineMetric } from '@trademeter/instrumentation';
import { trademeterMeasurementDropped } from '@trademeter/semantic-conventions';
import { OtlpReceiver } from '@trademeter/test-support';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenToStderr, scrape, setEnvironment } from '../test/support.ts';
import { startTelemetry, type TelemetryOptions } from './index.ts';

beforeEach(() => {
  setEnvironment({});
  listenToStderr();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A bot that is scraped and pushes, so that the metrics about its pushes are scraped. */
async function start(options: TelemetryOptions = {}) {
  const receiver = await OtlpReceiver.start();
  const telemetry = await startTelemetry({
    exporters: [
      { type: 'prometheus', port: 0 },
      { type: 'otlp', url: receiver.url, protocol: 'http/json', exportIntervalMillis: 3_600_000 },
    ],
    ...options,
  });
  const [endpoint] = telemetry.endpoints;
  return {
    receiver,
    telemetry,
    /** The values of a sample by its labels, without labels that all share. */
    async samples(name: string): Promise<Record<string, number>> {
      const lines = await scrape(endpoint?.url ?? '', `${name}{`);
      return Object.fromEntries(
        lines.map((line) => {
          const failure = /error_type="([^"]*)"/u.exec(line)?.[1] ?? 'accepted';
          return [failure, Number(line.split(' ').at(-1))];
        }),
      );
    },
    async [Symbol.asyncDispose]() {
      await telemetry.shutdown();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

test('data points are counted as exported, failed or rejected, and none stays in flight', async () => {
  await using bot = await start();
  // The first push may have come earlier.
  expect(await bot.samples('otel_sdk_exporter_metric_data_point_exported_total')).toHaveProperty('accepted');
  const jobs = metrics.getMeter('jobs').createCounter('jobs');
  for (let id = 0; id < 10; id += 1) jobs.add(1, { id });
  await bot.telemetry.flush();
  const first = (await bot.samples('otel_sdk_exporter_metric_data_point_exported_total'))['accepted'] ?? 0;
  expect(first).toBeGreaterThanOrEqual(10);
  bot.receiver.answer = () => ({ status: 400 });
  await bot.telemetry.flush();
  bot.receiver.answer = () => ({ status: 200, body: '{"partialSuccess":{"rejectedDataPoints":"3"}}' });
  await bot.telemetry.flush();
  const counts = await bot.samples('otel_sdk_exporter_metric_data_point_exported_total');
  expect(Object.keys(counts).toSorted()).toEqual(['400', 'accepted', 'rejected']);
  expect(counts['rejected']).toBe(3);
  expect(counts['400']).toBeGreaterThanOrEqual(10);
  expect(counts['accepted']).toBeGreaterThanOrEqual(first + 7);
  expect(await bot.samples('otel_sdk_exporter_metric_data_point_inflight')).toEqual({ accepted: 0 });
  const operations = await bot.samples('otel_sdk_exporter_operation_duration_seconds_count');
  expect(operations['accepted']).toBeGreaterThanOrEqual(2);
  expect(operations['400']).toBe(1);
});

test('exporters are identified by type, number and server', async () => {
  await using bot = await start();
  const [exported] = await scrape(
    bot.telemetry.endpoints[0]?.url ?? '',
    'otel_sdk_exporter_metric_data_point_exported_total{',
  );
  expect(exported).toContain('otel_component_name="otlp_http_json_metric_exporter/0"');
  expect(exported).toContain('otel_component_type="otlp_http_json_metric_exporter"');
  expect(exported).toContain('server_address="127.0.0.1"');
  expect(exported).toContain(`server_port="${bot.receiver.port}"`);
});

test.each([
  ['with the scope', false],
  ['without it', true],
])('drops of the store and of typed instruments share one series per reason, %s', async (_title, withoutScopeInfo) => {
  const stderr = listenToStderr();
  await using bot = await start({ exporters: [{ type: 'prometheus', port: 0, withoutScopeInfo }] });
  const sum = metrics.getMeter('foreign').createUpDownCounter('sum');
  sum.add(Number.NaN);
  for (let time = 0; time < 3; time += 1) sum.add(Number.MAX_VALUE);
  const fills = createMeter({ name: 'bot' }).counter(
    defineMetric({ name: 'bot.fills', instrument: 'counter', unit: '{fill}', description: 'Fills.', attributes: {} }),
  );
  fills.add(Number.NaN, {});
  fills.add(-1, {});
  const lines = await scrape(bot.telemetry.endpoints[0]?.url ?? '', 'trademeter_measurement_dropped_total{');
  const counts = lines.map((line) => [/reason="(\w+)"/u.exec(line)?.[1], Number(line.split(' ').at(-1))] as const);
  const { values } = trademeterMeasurementDropped.attributes['trademeter.drop.reason'];
  expect(counts).toHaveLength(values.length);
  expect(new Set(counts.map(([reason]) => reason))).toEqual(new Set<string>(values));
  expect(Object.fromEntries(counts)).toMatchObject({
    invalid_value: 2,
    negative_value: 1,
    infinite_sum: 2,
    sdk_error: 0,
  });
  expect(stderr.lines.filter((line) => line.includes('exporter-prometheus'))).toEqual([]);
});

test('a bot without scopes that is scraped and pushes shows each sample once and logs nothing', async () => {
  const stderr = listenToStderr();
  await using receiver = await OtlpReceiver.start();
  const scraped = { type: 'prometheus', port: 0, withoutScopeInfo: true } as const;
  const pushed = { type: 'otlp', url: receiver.url, protocol: 'http/json', exportIntervalMillis: 3_600_000 } as const;
  await using bot = await start({ exporters: [scraped, { ...scraped }, pushed, { ...pushed }] });
  for (let round = 0; round < 2; round += 1) {
    await bot.telemetry.flush();
    for (const { exporter, url } of bot.telemetry.endpoints) {
      if (exporter !== 'prometheus') continue;
      const series = (await scrape(url)).map((line) => line.slice(0, line.lastIndexOf(' ')));
      expect(series.length).toBeGreaterThan(50);
      expect(series.filter((each, index) => series.indexOf(each) !== index)).toEqual([]);
    }
  }
  expect(receiver.exports().length).toBeGreaterThan(2);
  expect(stderr.lines).toEqual([]);
});

test('a view turns off the metrics about readers and exporters', async () => {
  await using bot = await start({
    views: [{ instrumentName: 'otel.sdk.*', aggregation: { type: AggregationType.DROP } }],
  });
  await bot.telemetry.flush();
  expect(await scrape(bot.telemetry.endpoints[0]?.url ?? '', 'otel_sdk_')).toEqual([]);
});
