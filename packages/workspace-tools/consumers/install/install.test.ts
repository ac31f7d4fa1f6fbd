import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { findDocuments, installCommands } from '../../src/documents/readme-programs.ts';
import { type Consumer, installArguments, prepareConsumer } from '../../src/packed/consumer.ts';
import { workspaceFolder } from '../../src/workspace.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
});

/** The documented `npm install` commands, in the order of the documents. */
async function documentedInstalls(): Promise<string[][]> {
  const texts = await Promise.all(findDocuments().map((name) => readFile(join(workspaceFolder, name), 'utf8')));
  const byText = new Map(texts.flatMap(installCommands).map((packages) => [packages.join(' '), packages]));
  return [...byText.values()].filter((packages) =>
    packages.some((name) => /^(?:@trademeter\/|trademeter$)/u.test(name)),
  );
}

/** Runs `npm install` without unpacking, and returns the copies of each package of OpenTelemetry and gRPC. */
async function copiesOf(npm: readonly string[], installs: readonly string[][]): Promise<Record<string, string[]>> {
  const project = consumer.path(`project-${Math.random().toString(36).slice(2)}`);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const [node = '', script = ''] = npm;
  const flags = ['--package-lock-only', '--no-audit', '--no-fund', '--loglevel=error'];
  for (const packages of installs) {
    await consumer.mustRun(node, [script, 'install', ...installArguments(packages), ...flags], { cwd: project });
  }
  const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const copies: Record<string, string[]> = {};
  for (const [path, { version }] of Object.entries(lock.packages)) {
    const name = /^.*node_modules\/(?<name>@(?:opentelemetry|grpc)\/.*)$/u.exec(path)?.groups?.['name'];
    if (name !== undefined) (copies[name] ??= []).push(version);
  }
  return copies;
}

// OpenTelemetry's HTTP instrumentation pins other versions of these than OpenTelemetry's newest runtime and host
// instrumentations accept: next to it nobody gets one copy of them. Neither holds anything that must be there once.
const pinnedByHttpInstrumentation = ['@opentelemetry/core', '@opentelemetry/instrumentation'];

function repeated(copies: Readonly<Record<string, string[]>>): Record<string, string[]> {
  const excused = '@opentelemetry/instrumentation-http' in copies ? pinnedByHttpInstrumentation : [];
  return Object.fromEntries(
    Object.entries(copies).filter(([name, versions]) => versions.length > 1 && !excused.includes(name)),
  );
}

const npm = (name: string) => consumer.path('tools/node_modules', name, 'bin/npm-cli.js');

describe.each([
  { name: 'Node 20', command: () => [consumer.node('node-20'), npm('npm-10')] },
  { name: 'Node 22', command: () => [consumer.node('node-22'), npm('npm-10')] },
  { name: 'Node 24', command: () => [process.execPath, npm('npm-11')] },
])('npm on $name', ({ command }) => {
  test('installs one copy of each OpenTelemetry package for each documented command', async () => {
    const installs = await documentedInstalls();
    expect(installs.length).toBeGreaterThan(10);
    const faults: Record<string, object> = {};
    const check = async (packages: string[]) => {
      const copies = repeated(await copiesOf(command(), [packages]));
      if (Object.keys(copies).length > 0) faults[packages.join(' ')] = copies;
    };
    await Promise.all(installs.map(check));
    expect(faults).toEqual({});
  });

  test('installs one copy of each when everything is installed', async () => {
    const installs = await documentedInstalls();
    const copies = await copiesOf(command(), [[...new Set(installs.flat())]]);
    expect(copies).toHaveProperty(['@opentelemetry/sdk-metrics']);
    expect(repeated(copies)).toEqual({});
  });
});

test("installs one copy of each next to OpenTelemetry's newest SDK", async () => {
  const latest = ['@opentelemetry/api', '@opentelemetry/sdk-metrics', '@opentelemetry/resources'];
  const copies = await copiesOf([process.execPath, npm('npm-11')], [latest, ['@trademeter/exporter-prometheus']]);
  expect(repeated(copies)).toEqual({});
});

test('installs one copy of each with the documented packages for gRPC', async () => {
  const guide = await readFile(join(workspaceFolder, 'docs/configuration.md'), 'utf8');
  const [grpc = []] = installCommands(guide).filter(([first]) => first?.includes('grpc-js'));
  const copies = await copiesOf(
    [process.execPath, npm('npm-11')],
    [['@trademeter/sdk', '@opentelemetry/api@1.10'], grpc],
  );
  expect(copies).toHaveProperty(['@grpc/grpc-js']);
  expect(repeated(copies)).toEqual({});
});
