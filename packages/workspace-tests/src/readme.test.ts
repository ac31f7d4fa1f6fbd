import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDocuments, programsIn, programsOf, requiredReadmes } from './readme-programs.ts';
import { run } from './servers/command.ts';
import { workspaceFolder } from './workspace.ts';

test('every public package has a README with a program that runs', () => {
  const lacking = requiredReadmes().filter(
    (readme) => !existsSync(join(workspaceFolder, readme)) || programsOf(readme).length === 0,
  );
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

test.each(programs)('the program at $place runs', { timeout: 60_000 }, async ({ file }) => {
  const args = ['--conditions=@trademeter/source', file];
  const { exitCode, stdout, stderr } = await run(process.execPath, args, { cwd: dirname(file), timeoutSeconds: 50 });
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
});

test.runIf(programs.length > 0)(
  'the programs have the types that they are said to have',
  { timeout: 60_000 },
  async () => {
    const config = join(workspaceFolder, 'packages/workspace-tests/.cache/documented.tsconfig.json');
    mkdirSync(dirname(config), { recursive: true });
    const files = programs.map(({ file }) => file);
    writeFileSync(config, JSON.stringify({ extends: '../../../tsconfig.json', include: [], files }));
    const { exitCode, stdout } = await run(join(workspaceFolder, 'node_modules/.bin/tsc'), ['-p', config]);
    expect(exitCode, stdout).toBe(0);
  },
);

test('a program in a document is a block whose info string is "ts run"', () => {
  const markdown = '# a\n```ts\nno();\n```\ntext\n```ts run\nyes();\n```\n````ts run\n```\n````\n';
  expect(programsIn(markdown)).toEqual([
    { source: 'yes();\n', line: 7 },
    { source: '```\n', line: 10 },
  ]);
});
