import { tradingOrderFillDuration } from '@trademeter/semantic-conventions';
import { startBot } from '@trademeter/test-support';
import { expect, test } from 'vitest';

test("on a user's own NodeSDK the series have their names and the conventions' buckets", async () => {
  await using bot = startBot({ program: new URL('main.ts', import.meta.url), env: { PORT: '0' } });
  const { stdout, stderr } = await bot.succeeds();
  expect(stderr).toBe('');
  const bounds = [...stdout.matchAll(/^trading_order_fill_duration_seconds_bucket\{.*le="([^"]+)"/gm)].map(([, le]) =>
    le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
  );
  expect(bounds).toEqual([...tradingOrderFillDuration.boundaries, Number.POSITIVE_INFINITY]);
  expect(stdout).toMatch(/^trading_order_placed_total\{.*trading_symbol="AAPL".*\} 1$/m);
  expect(stdout).toMatch(/^trading_order_closed_total\{.*trading_order_outcome="rejected".*\} 0$/m);
});
