import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importsIn, packageName } from '../layers/imports.ts';
import { run } from '../processes/command.ts';
import { workspaceFolder } from '../workspace.ts';
import { findDocuments, installedBy, printedLine, programsIn, programsOf, requiredReadmes } from './readme-programs.ts';
import { findMissingLines } from './serving-program.ts';

test('every public package has a README with a program that runs', () => {
  const lacking = requiredReadmes().filter((readme) => !isThere(readme) || programsOf(readme).length === 0);
  expect(lacking).toEqual([]);
});

const programs = findDocuments()
  .flatMap(programsOf)
  .map((program) => {
    const name = program.place.replaceAll(/[^\w]+/gu, '-');
    // in a folder that git, tsc and the packed package leave out, from where the package's dependencies resolve
    return { ...program, file: join(program.folder, '.cache/documented', `${name}.ts`) };
  });

beforeAll(() => {
  for (const { file, source } of programs) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
  }
});

afterAll(() => {
  for (const { file } of programs) rmSync(file);
});

test.each(programs.filter(({ staysUp }) => !staysUp))('the program at $place runs', async ({ file, output }) => {
  const args = ['--conditions=@trademeter/source', file];
  const { exitCode, stdout, stderr } = await run(process.execPath, args, { cwd: dirname(file), timeoutSeconds: 50 });
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
  for (const line of output) expect(stdout).toMatch(printedLine(line));
});

test.each(programs.filter(({ staysUp }) => staysUp))('the program at $place serves', async ({ file, output }) => {
  const program = {
    name: 'documented-program',
    command: process.execPath,
    args: ['--conditions=@trademeter/source', file],
    cwd: dirname(file),
    env: { ...process.env, OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
  };
  expect(await findMissingLines(program, output)).toEqual([]);
});

const bots = ['README.md', 'docs/getting-started.md'];

describe.each(programs.filter(({ place, staysUp }) => staysUp && bots.some((bot) => place.startsWith(bot))))(
  'the bot at $place keeps running',
  ({ file }) => {
    const expectNotServed = async (env: NodeJS.ProcessEnv): Promise<void> => {
      const args = ['--conditions=@trademeter/source', file];
      const program = { name: 'documented-bot', command: process.execPath, args, cwd: dirname(file) };
      expect(await findMissingLines({ ...program, env: { ...process.env, ...env } }, ['not served'])).toEqual([]);
    };

    test.each(['none', 'console'])('with OTEL_METRICS_EXPORTER=%s', async (exporter) => {
      await expectNotServed({ OTEL_METRICS_EXPORTER: exporter });
    });

    test('with its port in use', async () => {
      await using other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      await expectNotServed({ OTEL_EXPORTER_PROMETHEUS_PORT: String(port) });
    });
  },
);

const pasted = ['README.md', 'docs/getting-started.md', ...requiredReadmes()].flatMap(programsOf);

test.each(pasted)('the program at $place is also JavaScript, for every supported Node', ({ source }) => {
  expect(parseSync('program.mjs', source).errors).toEqual([]);
  // Node 22 does not know it, and at the top of a module it ends the telemetry too early
  expect(source).not.toMatch(/^\s*(?:await )?using /mu);
});

test.each(requiredReadmes().filter(isThere))('%s says to install what its programs import', (readme) => {
  const installed = installedBy(readFileSync(join(workspaceFolder, readme), 'utf8'));
  const imported = programsOf(readme)
    .flatMap(({ source }) => importsIn('program.ts', source))
    .map(({ specifier }) => packageName(specifier))
    .filter((name) => name !== undefined);
  expect([...installed]).toEqual(expect.arrayContaining(imported));
});

test.runIf(programs.length > 0)('the programs have the documented types', async () => {
  const config = join(workspaceFolder, 'packages/workspace-tools/.cache/documented.tsconfig.json');
  mkdirSync(dirname(config), { recursive: true });
  const files = programs.map(({ file }) => file);
  // a user's `strict`, and no more
  const compilerOptions = { noUncheckedIndexedAccess: false };
  writeFileSync(config, JSON.stringify({ extends: '../../../tsconfig.json', include: [], files, compilerOptions }));
  const { exitCode, stdout } = await run(join(workspaceFolder, 'node_modules/.bin/tsc'), ['-p', config]);
  expect(exitCode, stdout).toBe(0);
});

test('a program in a document is a block with the info string "ts run" or "ts serve", and its output the plain block after it', () => {
  const markdown = `# a
\`\`\`ts
no();
\`\`\`
text
\`\`\`ts run
yes();
\`\`\`
It prints:

\`\`\`
a_total 1
…
\`\`\`
\`\`\`\`ts serve
\`\`\`
\`\`\`\`
# b
\`\`\`
not printed
\`\`\`
`;
  expect(programsIn(markdown)).toEqual([
    { source: 'yes();\n', line: 7, staysUp: false, output: ['a_total 1'] },
    { source: '```\n', line: 16, staysUp: true, output: [] },
  ]);
});

function isThere(document: string): boolean {
  return existsSync(join(workspaceFolder, document));
}
