import { startBot } from '@trademeter/test-support';
import { expect, test } from 'vitest';

/** Runs the demo as `pnpm demo` does. */
function demo(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return startBot({
    program: new URL('main.ts', import.meta.url),
    args,
    env: { NO_COLOR: '1', OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', ...env },
  });
}

test.each<[what: string, args: string[], env: Record<string, string>, message: string]>([
  ['environment variable', [], { OTEL_METRICS_EXPORTER: 'promethues' }, 'OTEL_METRICS_EXPORTER'],
  ['option', ['--speed', 'fast'], {}, '--speed must be a number from 0 to 1000, got "fast"'],
  ['start', ['--from', '2021-01-01'], {}, '--from must not be after 2020-04-17, got "2021-01-01"'],
])('a wrong %s is told in one line', async (_what, args, env, message) => {
  const bot = demo(args, env);
  const { code } = await bot.ended;
  const { stdout, stderr } = bot.output;
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^paper-bot: /u)]);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('it keeps running when nobody reads its output', async () => {
  const bot = demo(['--bars', '400', '--speed', '0'], { OTEL_METRICS_EXPORTER: 'none' });
  bot.process.stdout?.once('data', () => bot.process.stdout?.destroy());
  expect(await bot.ended).toMatchObject({ code: 0 });
  expect(bot.output.stderr).toBe('');
});
