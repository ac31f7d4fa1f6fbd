import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { findMissingLines } from '../../src/documents/serving-program.ts';
import { type CommandResult, mustRun, run } from '../../src/processes/command.ts';
import { runPnpm } from '../../src/processes/pnpm.ts';
import { workspaceFolder } from '../../src/workspace.ts';

let clone: string;

beforeAll(async () => {
  clone = join(inject('consumersFolder'), 'contributor');
  await mkdir(clone);
  const files = await mustRun('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: workspaceFolder,
  });
  for (const file of files.split('\0').filter((path) => path !== '')) {
    await mkdir(dirname(join(clone, file)), { recursive: true });
    // a file that was deleted and not committed yet is still listed
    await cp(join(workspaceFolder, file), join(clone, file)).catch(ignoreMissing);
  }
  // the formatter reads .gitignore of a repository
  await mustRun('git', ['init', '--quiet'], { cwd: clone });
  const { exitCode, stdout } = await runPnpm(['install', '--prefer-offline', '--frozen-lockfile'], { cwd: clone });
  if (exitCode !== 0) throw new Error(`pnpm install ended with ${exitCode}\n${stdout}`);
});

test('a new instrumentation passes its tests, the contract and the checks as it is generated', async () => {
  const { exitCode, stdout, stderr } = await newInstrumentation('example-domain');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('packages/instrumentation-example-domain/src/instrument-example-domain.ts');

  const { listed } = /(?<listed>pnpm check types [a-z ]+)/u.exec(stdout)?.groups ?? {};
  expect(await readFile(join(clone, 'CONTRIBUTING.md'), 'utf8')).toContain(`\`${listed}\``);

  const trial = {
    name: 'trial-of-an-instrumentation',
    command: join(clone, 'node_modules/.bin/node'),
    args: ['--conditions=@trademeter/source', 'packages/instrumentation-example-domain/.cache/try.ts'],
    cwd: clone,
    env: { ...process.env, ...withoutVitest(), OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
  };
  expect(await findMissingLines(trial, ['trading_example_domain_updates_total{…} …'])).toEqual([]);

  const tests = [
    'packages/instrumentation-example-domain',
    'packages/view/src/panels',
    'packages/semantic-conventions/src',
  ];
  const tested = await runInClone('vitest', ['run', '--project', 'unit', ...tests]);
  expect(tested.exitCode, tested.stdout + tested.stderr).toBe(0);
  expect(tested.stdout).toContain('packages/instrumentation-example-domain/src/contract.test.ts');

  // `pnpm check types` also builds all packages, which the set-up of this project did
  const checks: [command: string, args: string[]][] = [
    ['tsc', ['-p', 'tsconfig.json']],
    ['oxlint', ['--deny-warnings', 'packages/instrumentation-example-domain', 'packages/view/src/panels']],
    ['node', ['packages/workspace-tools/src/check.ts', 'format', 'generated', 'contract', 'unused']],
  ];
  for (const [command, args] of checks) {
    const checked = await runInClone(command, args);
    expect(checked.exitCode, checked.stdout + checked.stderr).toBe(0);
  }

  const readme = await runInClone('vitest', [
    'run',
    '--project',
    'unit',
    'workspace-tools/src/documents',
    '-t',
    'example-domain',
  ]);
  expect(readme.exitCode, readme.stdout + readme.stderr).toBe(0);
  expect(readme.stdout).toMatch(/Tests\s+[1-9]\d* passed/u);
  expect(await readFile(join(clone, 'packages/trademeter/src/index.ts'), 'utf8')).toContain('instrumentExampleDomain');
});

test('a domain that exists, and one whose files are in the way, are refused and nothing is changed', async () => {
  await writeFile(join(clone, 'packages/semantic-conventions/model/auction.yaml'), 'mine\n');
  const before = await mustRun('git', ['status', '--short'], { cwd: clone });
  expect(await newInstrumentation('orders')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is a package packages/instrumentation-orders already'),
  });
  expect(await newInstrumentation('auction')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is a file packages/semantic-conventions/model/auction.yaml already'),
  });
  expect(await mustRun('git', ['status', '--short'], { cwd: clone })).toBe(before);
});

test('when the conventions refuse its names, everything is as it was', async () => {
  const snapshot = async () => {
    await mustRun('git', ['add', '--all'], { cwd: clone });
    return mustRun('git', ['write-tree'], { cwd: clone });
  };
  await rm(join(clone, 'packages/semantic-conventions/model/auction.yaml'), { force: true });
  const before = await snapshot();
  const { exitCode, stderr } = await newInstrumentation('percent');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/a name must not say its unit or instrument, got percent[^]*Nothing was written\./u);
  // the dashboards, whose panels read the refused metrics, were not generated
  expect(stderr).not.toContain('packages/view/src/panels: ');
  expect(await snapshot()).toBe(before);
});

test('--help says what it writes', async () => {
  const { exitCode, stdout } = await newInstrumentation('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Usage: pnpm new:instrumentation DOMAIN/u);
});

function newInstrumentation(domain: string): Promise<CommandResult> {
  const program = 'packages/workspace-tools/src/new-instrumentation.ts';
  return runInClone('node', ['--conditions=@trademeter/source', program, domain]);
}

/** Runs a command that the clone has installed, as pnpm would. */
function runInClone(command: string, args: readonly string[]): Promise<CommandResult> {
  const bin = join(clone, 'node_modules/.bin');
  const env = { ...withoutVitest(), NO_COLOR: '1', PATH: `${bin}:${process.env['PATH']}` };
  return run(join(bin, command), args, { cwd: clone, env, timeoutSeconds: 240 });
}

/** A test runner in a test runner must not take itself for a part of it. */
function withoutVitest(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => /^(?:VITEST|NODE_ENV$|NODE_OPTIONS$)/u.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
