import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type DocumentedProgram,
  installCommands,
  printedLine,
  programsOf,
  requiredReadmes,
} from '../../src/documents/readme-programs.ts';
import { findMissingLines } from '../../src/documents/serving-program.ts';
import { type Consumer, npmInstall, prepareConsumer } from '../../src/packed/consumer.ts';
import { workspaceFolder } from '../../src/workspace.ts';

const documents = ['README.md', 'docs/getting-started.md', ...requiredReadmes()];
const programs = documents.flatMap(programsOf);

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
  const texts = documents.map((name) => readFileSync(join(workspaceFolder, name), 'utf8'));
  const packages = texts.flatMap(installCommands).flat();
  await npmInstall(consumer.folder, [...new Set(packages)]);
  await mkdir(consumer.path('programs'));
});

// Pasted unchanged: the programs in READMEs are valid JavaScript too.
describe.each([
  { name: 'Node 24, as TypeScript', node: () => process.execPath, extension: 'ts' },
  { name: 'the oldest Node, as JavaScript', node: () => consumer.node('node-oldest'), extension: 'mjs' },
])('$name', ({ node, extension }) => {
  test.each(programs)('the program at $place runs', async (program) => {
    const file = consumer.path('programs', `${program.place.replaceAll(/\W+/gu, '-')}.${extension}`);
    await writeFile(file, program.source);
    await (program.staysUp ? expectServed(program, node(), file) : expectPrinted(program, node(), file));
  });
});

async function expectPrinted({ output }: DocumentedProgram, node: string, file: string): Promise<void> {
  const { exitCode, stdout, stderr } = await consumer.run(node, [file]);
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
  for (const line of output) expect(stdout).toMatch(printedLine(line));
}

async function expectServed({ output }: DocumentedProgram, node: string, file: string): Promise<void> {
  const program = consumer.server(node, [file], { OTEL_EXPORTER_PROMETHEUS_PORT: '0' });
  expect(await findMissingLines(program, output)).toEqual([]);
}
