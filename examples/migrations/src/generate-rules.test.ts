import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'generate-rules.ts');
const mapping = join(import.meta.dirname, '..', 'mappings', 'stoic-citadel.yaml');

async function generate(...args: readonly string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const command = ['--conditions=@trademeter/source', script, ...args];
  try {
    return { ...(await run(process.execPath, command)), code: 0 };
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number };
  }
}

test('writes the rules of a mapping to the standard output', async () => {
  const { stdout, stderr } = await generate(mapping, '--interval', '1m');
  expect(stderr).toBe('');
  expect(stdout).toMatch(
    /^# Generated from stoic-citadel\.yaml .*\n\ngroups:\n {2}- name: stoic-citadel\n {4}interval: 1m\n/u,
  );
});

test('explains itself', async () => {
  expect((await generate('--help')).stdout).toMatch(/^Usage: /u);
});

test.each([
  [[], 2, 'one mapping file must be given, got 0'],
  [[mapping, '--interval', 'soon'], 2, '--interval must be a duration such as 15s, got "soon"'],
  [[mapping, '--wrong'], 2, "Unknown option '--wrong'"],
  [['nowhere.yaml'], 1, 'no such file or directory'],
])('says what is wrong with %j', async (args, code, message) => {
  const result = await generate(...args);
  expect(result.code).toBe(code);
  expect(result.stderr).toContain(message);
});
