import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { expect, test } from 'vitest';
import { checkMetrics, startPrometheus } from '../servers/prometheus.ts';
import { startPushgateway } from '../servers/pushgateway.ts';
import { startPaperBot } from './paper-bot.ts';

test('an ended backtest is scraped from the Pushgateway, with the series of a scrape', async () => {
  await using gateway = await startPushgateway();
  await using prometheus = await startPrometheus({
    scrape: [{ job: 'gateway', url: `${gateway.url}/metrics`, honorLabels: true }],
  });
  await using bot = await startPaperBot({
    args: ['--bars', '600', '--speed', '0'],
    env: {
      OTEL_METRICS_EXPORTER: 'pushgateway',
      TRADEMETER_PUSHGATEWAY_URL: gateway.url,
      TRADEMETER_PUSHGATEWAY_JOB: 'backtest',
    },
  });
  const books = await bot.books();
  await bot.ended;

  const [placed] = await prometheus.until(
    'sum(trading_order_placed_total{job="backtest"})',
    ([sum]) => sum?.value === books.ordersPlaced,
  );
  // all of the same scrape
  const query = async (expression: string) =>
    (await prometheus.query(expression, placed?.time)).map(({ value }) => value);
  expect(await query('sum(trading_order_fill_duration_seconds_count{job="backtest"})')).toEqual([
    books.ordersClosed['filled'],
  ]);
  expect(await query('target_info{job="backtest", trading_mode="paper"}')).toHaveLength(1);
  expect(await query('push_failure_time_seconds{job="backtest"}')).toEqual([0]);
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(await checkMetrics(text)).toMatchObject({ exitCode: 0, stderr: '' });
});

test('pushes on an interval, keeps groups apart, and deletes one only on request', async () => {
  await using gateway = await startPushgateway();
  const shown = async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return [...text.matchAll(/^trading_order_placed_total\{.*run="(\w+)".* (\d+)$/gmu)].map(
      ([, run, value]) => `${run} ${value}`,
    );
  };
  const orders = instrumentOrders({ venue: 'test' });
  const place = () => orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'market', quantity: 1 });
  const start = (run: string, deleteOnShutdown: boolean) =>
    startTelemetry({
      exporters: [
        { type: 'pushgateway', url: gateway.url, job: 'a/b', grouping: { run }, intervalMillis: 100, deleteOnShutdown },
      ],
      flushOnExit: false,
    });

  const kept = await start('kept', false);
  place();
  await expect.poll(shown, { timeout: 60_000 }).toEqual(['kept 1']);
  await kept.shutdown();

  const gone = await start('gone', true);
  place();
  place();
  await expect.poll(shown, { timeout: 60_000 }).toEqual(['gone 2', 'kept 1']);
  await gone.shutdown();

  // it answers before it has deleted the group
  await expect.poll(shown, { timeout: 60_000 }).toEqual(['kept 1']);
});
