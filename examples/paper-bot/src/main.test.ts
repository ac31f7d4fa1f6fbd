import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo as `pnpm demo` does. */
function demo(args: readonly string[], env: Readonly<Record<string, string>>) {
  const main = join(import.meta.dirname, 'main.ts');
  return spawn(process.execPath, ['--conditions=@trademeter/source', main, ...args], {
    env: { PATH: process.env['PATH'], NO_COLOR: '1', OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', ...env },
  });
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = demo(args, env);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, ...texts };
}

test.each<[what: string, args: string[], env: Record<string, string>, message: string]>([
  ['environment variable', [], { OTEL_METRICS_EXPORTER: 'promethues' }, 'OTEL_METRICS_EXPORTER'],
  ['option', ['--speed', 'fast'], {}, '--speed must be a number from 0 to 1000, got "fast"'],
  ['start', ['--from', '2021-01-01'], {}, '--from must not be after 2020-04-17, got "2021-01-01"'],
])('a wrong %s is told in one line', async (_what, args, env, message) => {
  const { exitCode, stdout, stderr } = await run(args, env);
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^paper-bot: /u)]);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});

test('it keeps running when nobody reads its output', async () => {
  const child = demo(['--bars', '400', '--speed', '0'], { OTEL_METRICS_EXPORTER: 'none' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});
