import { stripVTControlCharacters } from 'node:util';
import { findMissingContractTests } from './layers/contract-tests.ts';
import { checkShapes } from './packed/packed-packages.ts';
import { run } from './processes/command.ts';
import { runPnpm } from './processes/pnpm.ts';
import { runProgram } from './program.ts';
import { workspaceFolder } from './workspace.ts';

/** One step of `pnpm check`. */
interface Step {
  readonly name: string;
  readonly description: string;
  /** The faults, or an empty text. */
  readonly findFaults: () => Promise<string>;
}

const steps: readonly Step[] = [
  {
    name: 'types',
    description: 'tsc compiles all sources and tests, and builds every package',
    findFaults: async () => (await faultsOf('tsc', ['-p', 'tsconfig.json'])) || faultsOf('pnpm', ['run', 'build']),
  },
  {
    name: 'lint',
    description: 'oxlint, with types',
    findFaults: () => faultsOf('oxlint', ['--deny-warnings']),
  },
  {
    name: 'format',
    description: "Biome's formatting and order of imports; `pnpm format` fixes it",
    findFaults: () => faultsOf('biome', ['check', '--error-on-warnings']),
  },
  {
    name: 'unused',
    description: 'knip finds no unused or undeclared file, export or dependency',
    findFaults: () => faultsOf('knip', ['--no-progress', '--no-config-hints']),
  },
  {
    name: 'generated',
    description: 'what is generated from the conventions and from doc comments is up to date; `pnpm generate` fixes it',
    findFaults: () => faultsOf('pnpm', ['run', 'generate', '--check']),
  },
  {
    name: 'contract',
    description: 'the tests of every instrumentation call the contract suite of @trademeter/testing',
    findFaults: async () => findMissingContractTests().join('\n'),
  },
  {
    name: 'shape',
    description: 'publint and arethetypeswrong accept the packed packages',
    findFaults: checkShapes,
  },
  {
    name: 'packed',
    description: 'the packed packages, installed by npm, work for each user in packages/workspace-tools/consumers',
    findFaults: checkConsumers,
  },
];

const usage = `Usage: pnpm check [step …]

Checks the workspace: every step, or those that are named.

${steps.map(({ name, description }) => `  ${name.padEnd(10)} ${description}`).join('\n')}
`;

await runProgram({
  usage,
  allowPositionals: true,
  read: ({ positionals }) => selectSteps(positionals),
  async run(selected) {
    let failed = 0;
    for (const step of selected) {
      if (!(await passes(step))) failed += 1;
    }
    process.stdout.write(`${selected.length - failed} passed, ${failed} failed\n`);
    return failed === 0 ? 0 : 1;
  },
});

function selectSteps(names: readonly string[]): readonly Step[] {
  for (const name of names) {
    if (!steps.some((step) => step.name === name)) throw new Error(`there is no step ${JSON.stringify(name)}`);
  }
  return names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name));
}

/** Runs one step, prints its result, and returns whether it passed. */
async function passes({ name, findFaults }: Step): Promise<boolean> {
  process.stdout.write(`${name.padEnd(10)} `);
  const start = performance.now();
  let faults: string;
  try {
    faults = await findFaults();
  } catch (error) {
    faults = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${faults === '' ? 'passed' : 'FAILED'} in ${seconds} s\n`);
  if (faults !== '') process.stdout.write(`\n${faults.trimEnd()}\n\n`);
  return faults === '';
}

/** Prints each case of the consumer suite as it ends. */
async function checkConsumers(): Promise<string> {
  const args = ['run', '--project', 'consumers', '--reporter', 'verbose'];
  const onLine = (colored: string) => {
    const line = stripVTControlCharacters(colored);
    if (/^\s*[✓×↓]/u.test(line)) process.stdout.write(`\n${line.replace(/\S*\/consumers\//u, '')}`);
  };
  const { exitCode, stdout, stderr } = await run('vitest', args, { cwd: workspaceFolder, onLine });
  process.stdout.write('\npacked     ');
  return exitCode === 0 ? '' : `${stdout}${stderr}`;
}

/** The output of a failed command; empty if it succeeded. */
async function faultsOf(command: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } =
    command === 'pnpm'
      ? await runPnpm(args, { cwd: workspaceFolder })
      : await run(command, args, { cwd: workspaceFolder });
  return exitCode === 0 ? '' : `${stdout}${stderr}` || `${command} ended with ${exitCode}`;
}
