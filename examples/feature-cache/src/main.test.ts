import { startBot } from '@trademeter/test-support';
import { expect, test } from 'vitest';

test('the program shows every lookup in its layers, and that each layer asks the next', async () => {
  await using bot = startBot({ program: new URL('main.ts', import.meta.url) });
  const { stdout } = await bot.succeeds();
  const value = (series: string) =>
    Number(
      stdout
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')[1],
    );
  const lookups = (layer: string, result: string) =>
    value(
      `trading_cache_lookups_total{trading_cache_layer="${layer}",trading_cache_name="features",trading_cache_result="${result}"}`,
    );
  expect(lookups('l1_memory', 'hit') + lookups('l1_memory', 'miss')).toBe(5_000);
  expect(lookups('l2_sqlite', 'hit') + lookups('l2_sqlite', 'miss')).toBe(lookups('l1_memory', 'miss'));
  expect(value('trading_feature_calculation_duration_seconds_count{trading_feature_name="momentum_20d"}')).toBe(
    lookups('l2_sqlite', 'miss'),
  );
  expect(value('trading_cache_hit_ratio{trading_cache_name="features"}')).toBeCloseTo(
    1 - lookups('l2_sqlite', 'miss') / 5_000,
  );
});
