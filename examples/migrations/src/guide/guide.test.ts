import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Mapping } from '@trademeter/cli/migrate';
import { metricOfSeries, recordingRules, selectorsOf } from '@trademeter/cli/migrate';
import { freePort } from '@trademeter/test-support/free-port';
import { beforeAll, describe, expect, test } from 'vitest';
import { sourceSystems } from '../systems.ts';
import { type GuideRow, readGuide } from './guide.ts';

const run = promisify(execFile);
const workspace = join(import.meta.dirname, '../../../..');
const guide = readGuide(join(workspace, 'docs'));
const rows = [...guide.values()].flatMap((page) => page.rows);
const systems = sourceSystems();
const programs = join(import.meta.dirname, '../programs');
// git and tsc skip this folder, and this example's dependencies resolve from it
const scratch = join(import.meta.dirname, '../../.cache/guide');
const programRows = rows.filter(({ kind }) => kind === 'call');
const shellRows = rows.filter(({ kind, code }) => kind === 'command' && code.length > 0);

beforeAll(() => {
  mkdirSync(scratch, { recursive: true });
});

describe.each(systems)('$name', ({ name, inventory, mapping }) => {
  const page = guide.get(name);
  const before = page?.rows.flatMap((row) => row.before);

  test.each(inventory.helpers)('$kind $name has a row', ({ name: helper }) => {
    expect(before).toContain(helper);
  });

  test.each(inventory.integrations)('the example $name has a program', ({ name: example }) => {
    expect(before).toContain(example);
  });

  test.each([...inventory.environment, ...inventory.settings, ...inventory.commands])(
    '$name is on the page',
    (entry) => {
      expect(page?.mentioned).toContain(entry.name);
    },
  );

  test.each(mapping.exceptions)('$name is among what differs', (exception) => {
    const lines = readFileSync(join(workspace, `docs/migrating/${name}.md`), 'utf8').split('\n');
    expect(lines.find((line) => line.startsWith(`| \`${exception.name}\` `))).toBeDefined();
  });
});

test('each system has a page, and each page a system', () => {
  expect([...guide.keys()]).toEqual(systems.map(({ name }) => name));
});

test('every row has something that replaces it', () => {
  const empty = rows.filter(({ code, links }) => code.length === 0 && links.length === 0);
  expect(empty).toEqual([]);
});

test('the pages link to every program', () => {
  const files = readdirSync(programs).filter((file) => file !== 'print-metrics.ts');
  expect([...new Set(rows.flatMap(({ links }) => links))].toSorted()).toEqual(files.toSorted());
});

test('the rows in TypeScript have the right types, run, and record what their old names need', {
  timeout: 120_000,
}, async () => {
  const compiled = await compileRows();
  const env = { ...withoutTelemetry(), OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()) };
  const args = ['--conditions=@trademeter/source', join(import.meta.dirname, 'run-rows.ts'), compiled];
  const { stdout, stderr } = await run(process.execPath, args, { env });
  expect(stderr).toBe('');
  const results = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { page: string; line: number; changed: string[] });
  const text = programRows.map((row) => {
    const changed = results.find(({ page, line }) => page === row.page && line === row.line)?.changed ?? [];
    return `${row.page}: ${row.before.join(', ')}\n${describeChanges(changed, row)}`;
  });
  await expect(text.join('\n')).toMatchFileSnapshot('rows.txt');
});

test.each(shellRows.filter(({ code }) => code[0]?.startsWith('OTEL_') === true))('$before: $code', async ({ code }) => {
  const [command = ''] = code;
  const port = await freePort();
  const { bot, first } = await startBot(command.replace(/(PROMETHEUS_PORT)=\d+/u, `$1=${port}`), port);
  const listens = first.startsWith('http');
  const scraped = listens ? await (await fetch(first.replace('0.0.0.0', '127.0.0.1'))).text() : '';
  const output = await ended(bot);
  if (/SDK_DISABLED=true|EXPORTER=none/u.test(command))
    expect({ first, output }).toEqual({ first: 'no endpoint', output: '' });
  else if (command.includes('EXPORTER=console')) expect(output).toContain('trading.order.placed');
  else {
    expect(first).toBe(`http://${command.includes('HOST=0.0.0.0') ? '0.0.0.0' : '127.0.0.1'}:${port}/metrics`);
    expect(scraped).toMatch(/^trading_order_placed_total\{.*\} 1$/mu);
  }
});

test('curl shows the metrics', async () => {
  const row = shellRows.find(({ code }) => code[0]?.startsWith('curl -s ') === true);
  const port = await freePort();
  const { bot, first } = await startBot('node bot.js', port);
  expect(first).toContain(String(port));
  const { stdout } = await run('sh', ['-c', row?.code[0]?.replace('9464', String(port)) ?? 'false']);
  await ended(bot);
  expect(stdout).toMatch(/^trading_order_placed_total\{/mu);
});

test('the packages to install exist', () => {
  const installs = shellRows.flatMap(({ code }) => code).filter((code) => code.startsWith('npm install '));
  const names = installs
    .flatMap((install) => install.split(' ').slice(2))
    .map((name) => name.replace(/(?<=.)@.*/u, ''));
  expect(names).toContain('@trademeter/sdk');
  for (const name of names) expect(import.meta.resolve(name)).toBeTruthy();
});

test('the rules are written by the command that the guide runs', async () => {
  const start = 'npx --yes pnpm@12 trademeter ';
  const commands = shellRows.flatMap(({ code }) => code).filter((code) => code.startsWith(start));
  const { scripts } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')) as {
    scripts: { trademeter: string };
  };
  const script = scripts.trademeter.replace(/^node/u, process.execPath);
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const file = /(?<= --out )\S+/u.exec(command)?.[0] ?? '';
    const written = join(scratch, file);
    const args = command.slice(start.length).replace(`--out ${file}`, `--out ${written}`);
    await run('sh', ['-c', `${script} ${args}`], { cwd: workspace });
    expect(readFileSync(written, 'utf8')).toBe(
      readFileSync(join(workspace, 'examples/migrations/rules', file), 'utf8'),
    );
  }
});

test('every command is one that a test runs', () => {
  const tested = /^(?:OTEL_|curl -s |npm install |npx --yes pnpm@12 )/u;
  // queries the Prometheus that runs already
  const asked = "curl 'http://localhost:9091/api/v1/query?query=catalyst_bot_cycles_total'";
  expect(shellRows.flatMap(({ code }) => code).filter((code) => !tested.test(code) && code !== asked)).toEqual([]);
});

/** Writes the setup and the rows as one module, and compiles it, so that the types of every row are checked. */
async function compileRows(): Promise<string> {
  const entries = programRows.map(
    ({ page, line, before, code }) =>
      `  // ${before.join(', ')}\n  { page: '${page}', line: ${line}, run: async () => {\n${code.map((each) => `    { ${each} }\n`).join('')}  } },\n`,
  );
  const setup = readFileSync(join(import.meta.dirname, 'setup.ts'), 'utf8');
  const source = `${setup}\nexport const rows = [\n${entries.join('')}];\n`;
  writeFileSync(join(scratch, 'rows.ts'), source);
  const config = join(scratch, 'tsconfig.json');
  const compilerOptions = { noEmit: false, noEmitOnError: true, outDir: 'out', rootDir: '.', types: ['node'] };
  writeFileSync(
    config,
    JSON.stringify({
      extends: '../../../../tsconfig.json',
      compilerOptions,
      include: [],
      exclude: [],
      files: ['rows.ts'],
    }),
  );
  const { stdout } = await run(join(workspace, 'node_modules/.bin/tsc'), ['-p', config]).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(stdout).toBe('');
  return join(scratch, 'out/rows.js');
}

/** Which of our metrics changed, and which old names read them. */
function describeChanges(changed: readonly string[], { page, code }: GuideRow): string {
  const series = [...new Set(changed.map((sample) => sample.replace(/\{.*/u, '')))].filter(
    // ages change with time, and the check of a dependency runs on its own schedule
    (name) =>
      !name.endsWith('_age_seconds') &&
      (!name.startsWith('trading_dependency_') || code.join(' ').includes('dependency')),
  );
  const metrics = new Set(series.map((name) => metricOfSeries(name)?.name ?? name));
  const mapping = systems.find(({ name }) => name === page)?.mapping;
  const old = mapping === undefined ? [] : oldNames(series, mapping);
  return [
    ...[...metrics].toSorted().map((name) => `  ${name}`),
    ...(old.length === 0 ? [] : [`  → ${old.join(', ')}`]),
  ].join('\n');
}

function oldNames(series: readonly string[], mapping: Mapping): string[] {
  const reading = recordingRules(mapping).filter(({ expr }) =>
    selectorsOf(expr).some((selector) => series.includes(selector.series)),
  );
  const families = reading.map(({ record }) => record.replace(/_(?:bucket|sum|count)$/u, ''));
  return [...new Set(families)].toSorted();
}

/** Runs a command of the guide with a bot of one order in its folder, and waits for its first line: where it listens. */
async function startBot(command: string, port: number) {
  writeFileSync(
    join(scratch, 'bot.js'),
    `import { telemetry } from '@trademeter/sdk/register';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
instrumentOrders({ venue: 'alpaca' }).place({ symbol: 'AAPL', side: 'buy', type: 'market', quantity: 1 });
console.log(telemetry?.endpoints[0]?.url ?? 'no endpoint');
process.stdin.on('data', () => telemetry.shutdown().then(() => process.exit(0)));
`,
  );
  writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }\n');
  const bot = spawn('sh', ['-c', `exec env ${command}`], {
    cwd: scratch,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...withoutTelemetry(),
      PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}`,
      NODE_OPTIONS: '--conditions=@trademeter/source',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    },
  });
  const lines: string[] = [];
  // from the start: several lines may arrive at once
  const reader = createInterface({ input: bot.stdout }).on('line', (line) => lines.push(line));
  const [first] = (await once(reader, 'line')) as [string];
  return { bot: { process: bot, lines }, first };
}

async function ended({ process: bot, lines }: Awaited<ReturnType<typeof startBot>>['bot']): Promise<string> {
  const end = once(bot, 'close');
  bot.stdin.write('end\n');
  await end;
  return lines.slice(1).join('\n');
}

function withoutTelemetry(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_')));
}
