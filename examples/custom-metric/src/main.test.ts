import { fileURLToPath } from 'node:url';
import { startBot } from '@trademeter/test-support';
import { expect, test } from 'vitest';

test("a user's metrics get types, buckets and names like those of the conventions", async () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const tsx = fileURLToPath(import.meta.resolve('tsx/cli'));
  await using bot = startBot({ program: tsx, args: ['--conditions=@trademeter/source', 'src/main.ts'], cwd: folder });
  const { stdout, stderr } = await bot.succeeds();
  expect(stderr).toBe('there is no basket minors\n');
  expect(stdout).toMatch(/^mybot_rebalances_total\{mybot_basket="majors",.*\} 1$/m);
  expect(stdout).toMatch(/^mybot_rebalances_total\{error_type="RangeError",mybot_basket="minors",.*\} 1$/m);
  expect(stdout).toMatch(/^mybot_rebalance_duration_seconds_bucket\{mybot_basket="majors",.*le="5"\} 1$/m);
  expect(stdout).toMatch(/^mybot_basket_drift_ratio\{mybot_basket="majors",.*\} 0$/m);
});
