import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { instrumentRisk } from '@trademeter/instrumentation-risk';
import { startTelemetry } from '@trademeter/sdk';
import { OtlpReceiver, type ReceivedPoint, receivedPoints } from '@trademeter/test-support';
import { freePort } from '@trademeter/test-support/free-port';
import { expect, test } from 'vitest';
import { startCollector } from '../servers/collector.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { startPaperBot } from './paper-bot.ts';
import { differences } from './parity-series.ts';

test('deltas, added up by the Collector, equal a scrape', async () => {
  const port = await freePort();
  await using collector = await startCollector({
    pipeline: (endpoint) => ({ processors: { deltatocumulative: {} }, exporters: { prometheus: { endpoint } } }),
  });
  await using prometheus = await startPrometheus({
    scrape: [
      { job: 'scraped', url: `http://127.0.0.1:${port}/metrics` },
      { job: 'collector', url: collector.prometheusUrl, honorLabels: true },
    ],
  });
  await using bot = await startPaperBot({
    port,
    // about four exports in twelve seconds: one that exceeds its limit, which is the interval, is lost for good
    args: ['--bars', '600', '--speed', '50', '--stay'],
    env: {
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpHttpUrl,
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_METRIC_EXPORT_INTERVAL: '3000',
      OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pushed',
    },
  });
  await bot.books();
  const compare = async (): Promise<string[]> => {
    const [scraped, pushed] = [
      await prometheus.query('{job="scraped"}'),
      await prometheus.query('{instance="pushed"}'),
    ];
    expect(scraped.length).toBeGreaterThan(500);
    return differences(scraped, pushed, { origin: /^(?:job|instance)$/u });
  };
  await expect.poll(compare, { timeout: 60_000, interval: 500 }).toEqual([]);
});

test('deltas add up to the cumulative values, in consecutive intervals', async () => {
  await using receiver = await OtlpReceiver.start();
  const push = (temporality: 'delta' | 'cumulative') =>
    ({
      type: 'otlp',
      protocol: 'http/json',
      url: `${receiver.url}/${temporality}`,
      temporality,
      exportIntervalMillis: 60_000,
    }) as const;
  const telemetry = await startTelemetry({
    exporters: [push('delta'), push('cumulative')],
    flushOnExit: false,
  });
  const orders = instrumentOrders({ venue: 'test' });
  const breaker = instrumentRisk().breaker('daily_loss');
  for (let interval = 0; interval < 5; interval += 1) {
    for (let placed = 0; placed <= interval * 3; placed += 1) {
      const order = orders.place({
        symbol: `S${placed % 4}`,
        side: 'buy',
        type: 'market',
        quantity: 2,
        expectedPrice: 10,
      });
      order.acknowledge();
      order.fill({ quantity: 1, price: 10.1, fee: { amount: 0.1, currency: 'USD' } });
      if (placed % 2 === 0) order.fill({ quantity: 1, price: 9.9 });
    }
    if (interval === 3) breaker.trip();
    expect(await telemetry.flush()).toBe(true);
  }
  await telemetry.shutdown();

  const deltas = receiver.exports('/delta').flatMap(receivedPoints);
  const totals = bySeries(receiver.exports('/cumulative').slice(-1).flatMap(receivedPoints));
  expect(receiver.exports('/delta').length).toBeGreaterThanOrEqual(5);
  const kinds = new Map(deltas.map(({ metric, temporality }) => [metric, temporality]));
  expect(kinds.get('trading.order.placed')).toBe('delta');
  expect(kinds.get('trading.order.slippage')).toBe('delta');
  // the specification keeps updowncounters cumulative
  expect(kinds.get('trading.order.open')).toBe('cumulative');
  expect(kinds.get('trading.breaker.status')).toBe('cumulative');

  // metrics about a reader's own collection differ between the two readers
  const counted = deltas.filter(
    ({ temporality, metric }) => temporality === 'delta' && !metric.startsWith('otel.sdk.'),
  );
  expect(bySeries(counted).size).toBeGreaterThan(50);
  for (const [series, points] of bySeries(counted)) {
    const [total] = totals.get(series) ?? [];
    expect(points.length, series).toBeGreaterThan(0);
    // An export is recorded after it has ended, so the last ones of the two readers differ.
    const values = total?.metric.startsWith('otel.sdk.') ? [] : (total?.values ?? []);
    for (const [index, value] of values.entries()) {
      const sum = points.reduce((before, point) => before + (point.values[index] ?? Number.NaN), 0);
      expect(sum, series).toBeCloseTo(value, 9);
    }
    for (const [index, { start, end }] of points.entries()) {
      expect(end, series).toBeGreaterThanOrEqual(start);
      expect(start, series).toBeGreaterThanOrEqual(points[index - 1]?.end ?? 0n);
    }
  }
  for (const series of totals.keys()) expect(bySeries(deltas).has(series), series).toBe(true);
});

/** Points by series, in order of arrival. */
function bySeries(points: readonly ReceivedPoint[]): Map<string, ReceivedPoint[]> {
  return Map.groupBy(points, ({ scope, metric, attributes }) => `${scope} ${metric} ${attributes}`);
}
