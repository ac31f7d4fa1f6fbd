import { beforeAll, expect, test } from 'vitest';
import { type Consumer, prepareConsumer } from '../../src/packed/consumer.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
});

test.each(['express', 'fastify'])('the metrics are served by the routes of %s', async (framework) => {
  await using bot = await consumer.startBot(process.execPath, [`${framework}.js`]);
  expect(await bot.scrape()).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu);
});
