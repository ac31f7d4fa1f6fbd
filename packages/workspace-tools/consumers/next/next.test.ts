import { freePort } from '@trademeter/test-support/free-port';
import { beforeAll, expect, test } from 'vitest';
import { type Consumer, prepareConsumer } from '../../src/packed/consumer.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
});

// Otherwise Next sends usage data.
const env = { NEXT_TELEMETRY_DISABLED: '1' };

test('next build bundles an instrumentation.js that starts the telemetry, and the application is scraped', async () => {
  const next = consumer.path('node_modules/next/dist/bin/next');
  await consumer.mustRun(process.execPath, [next, 'build'], { env, timeoutSeconds: 240 });
  const port = await freePort();
  const args = [next, 'start', '-p', String(port), '-H', '127.0.0.1'];
  await using bot = await consumer.startBot(process.execPath, args, { ...env, OTEL_EXPORTER_PROMETHEUS_PORT: '0' });
  expect((await fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST' })).status).toBe(202);
  expect(await bot.scrape()).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu);
}, 300_000);
