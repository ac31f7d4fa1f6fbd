import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tradingOrderFillDuration } from '@trademeter/semantic-conventions';
import { expect, test } from 'vitest';

test("on a user's own NodeSDK the series have their names and the conventions' buckets", async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--conditions=@trademeter/source', main], {
    env: { ...process.env, PORT: '0' },
  });
  expect(stderr).toBe('');
  const bounds = [...stdout.matchAll(/^trading_order_fill_duration_seconds_bucket\{.*le="([^"]+)"/gm)].map(([, le]) =>
    le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
  );
  expect(bounds).toEqual([...tradingOrderFillDuration.boundaries, Number.POSITIVE_INFINITY]);
  expect(stdout).toMatch(/^trading_order_placed_total\{.*trading_symbol="AAPL".*\} 1$/m);
  expect(stdout).toMatch(/^trading_order_closed_total\{.*trading_order_outcome="rejected".*\} 0$/m);
});
