import { beforeAll, expect, test } from 'vitest';
import { type Consumer, prepareConsumer } from '../../src/packed/consumer.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
});

test.each([
  { launcher: 'node', command: () => process.execPath, args: ['bot.ts'] },
  { launcher: 'tsx', command: () => tool('tsx'), args: ['bot.ts'] },
  { launcher: 'nodemon', command: () => tool('nodemon'), args: ['--exec', 'node', 'bot.ts'] },
])('$launcher runs a bot in TypeScript, and the bot is scraped', async ({ command, args }) => {
  await using bot = await consumer.startBot(command(), args, { OTEL_EXPORTER_PROMETHEUS_PORT: '0' });
  expect(await bot.scrape()).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu);
});

function tool(name: string): string {
  return consumer.path('tools/node_modules/.bin', name);
}
