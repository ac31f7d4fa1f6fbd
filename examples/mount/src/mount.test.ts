import { startBot } from '@trademeter/test-support';
import { expect, test } from 'vitest';

test.each(['express', 'fastify'])('the existing %s server serves the metrics', async (framework) => {
  await using bot = startBot({ program: new URL(`${framework}.ts`, import.meta.url), env: { PORT: '0' } });
  const url = (await bot.prints(/^\S+(?=\n)/u)).trim();
  expect((await fetch(url.replace('/metrics', '/orders'), { method: 'POST' })).status).toBe(202);
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(await response.text()).toMatch(/^trading_order_placed_total\{.*trading_symbol="AAPL".*\} 1$/m);
});
