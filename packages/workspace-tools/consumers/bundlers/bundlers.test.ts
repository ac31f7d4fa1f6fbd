import { globSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type Consumer, prepareConsumer } from '../../src/packed/consumer.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
});

/** A command that bundles `entry` into a folder. */
interface Build {
  readonly name: string;
  readonly command: string;
  readonly args: (entry: string, output: string) => readonly string[];
}

const esbuild = (entry: string, output: string, format: string) => [
  entry,
  '--bundle',
  '--platform=node',
  `--format=${format}`,
  `--outfile=${join(output, format === 'esm' ? 'bot.mjs' : 'bot.cjs')}`,
];

const webpack = (entry: string, output: string, format: string) => {
  return [
    '-c',
    'tools/webpack.config.js',
    '--env',
    `entry=./${entry}`,
    '--env',
    `output=${output}`,
    '--env',
    `format=${format}`,
  ];
};

const rollup = (entry: string, output: string, format: string) => {
  const names = ['entryFileNames', 'chunkFileNames'].map(
    (option) => `--${option}=[name].${format === 'es' ? 'mjs' : 'cjs'}`,
  );
  return [entry, '-d', output, '-f', format, ...names];
};

const bun = (entry: string, output: string, format: string) => {
  const names = `--entry-naming=bot.${format === 'esm' ? 'mjs' : 'cjs'}`;
  return ['build', entry, '--target=node', `--format=${format}`, `--outdir=${output}`, names];
};

const builds: readonly Build[] = [
  { name: 'esbuild, ESM', command: 'esbuild', args: (...io) => esbuild(...io, 'esm') },
  { name: 'esbuild, CommonJS', command: 'esbuild', args: (...io) => esbuild(...io, 'cjs') },
  {
    name: 'esbuild, CommonJS, minified',
    command: 'esbuild',
    args: (...io) => [...esbuild(...io, 'cjs'), '--minify'],
  },
  {
    name: 'esbuild, ESM with code splitting',
    command: 'esbuild',
    args: (entry, output) => {
      const splitting = [
        '--splitting',
        '--format=esm',
        `--outdir=${output}`,
        '--entry-names=bot',
        '--out-extension:.js=.mjs',
      ];
      return [entry, '--bundle', '--platform=node', ...splitting];
    },
  },
  { name: 'webpack, ESM', command: 'webpack', args: (...io) => webpack(...io, 'esm') },
  { name: 'webpack, CommonJS', command: 'webpack', args: (...io) => webpack(...io, 'cjs') },
  {
    name: 'rollup, ESM',
    command: 'rollup',
    args: (...io) => ['-c', 'tools/rollup.config.js', ...rollup(...io, 'es')],
  },
  {
    name: 'rollup, CommonJS',
    command: 'rollup',
    args: (...io) => ['-c', 'tools/rollup.config.js', ...rollup(...io, 'cjs')],
  },
  {
    name: 'rolldown, ESM',
    command: 'rolldown',
    args: (...io) => ['--platform', 'node', ...rollup(...io, 'es')],
  },
  {
    name: 'rolldown, CommonJS',
    command: 'rolldown',
    args: (...io) => ['--platform', 'node', ...rollup(...io, 'cjs')],
  },
  { name: 'ncc', command: 'ncc', args: (entry, output) => ['build', entry, '-o', output] },
  { name: 'bun build, ESM', command: 'bun', args: (...io) => bun(...io, 'esm') },
  { name: 'bun build, CommonJS', command: 'bun', args: (...io) => bun(...io, 'cjs') },
  {
    name: 'vite build --ssr',
    command: 'vite',
    args: (entry, output) => ['build', '-c', 'tools/vite.config.js', '--ssr', entry, '--outDir', output],
  },
];

/** Bundles one of the programs into a folder without node_modules; returns the file to run. */
async function bundle({ name, command, args }: Build, entry: string): Promise<string> {
  const output = consumer.path('..', `${name.replaceAll(/\W+/gu, '-')}-${entry}`);
  await consumer.mustRun(consumer.path('tools/node_modules/.bin', command), args(entry, output));
  const [file] = globSync('{bot,index,registered-bot,runtime-bot}.{js,mjs,cjs}', { cwd: output });
  if (file === undefined) throw new Error(`${name} made no bundle of ${entry}`);
  return join(output, file);
}

const anyPort = { OTEL_EXPORTER_PROMETHEUS_PORT: '0' };

test.each(builds)('$name bundles a bot without the optional packages, and the bundle is scraped', async (build) => {
  const file = await bundle(build, 'bot.js');
  await using bot = await consumer.startBot(process.execPath, [file], anyPort);
  expect(await bot.scrape()).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu);
});

test.each(named('esbuild, ESM', 'rolldown, ESM', 'ncc'))(
  '$name bundles @trademeter/sdk/register, and the bundle is scraped',
  async (build) => {
    const file = await bundle(build, 'registered-bot.js');
    await using bot = await consumer.startBot(process.execPath, [file], anyPort);
    expect(await bot.scrape()).toMatch(/^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu);
  },
);

test.each(named('esbuild, ESM', 'esbuild, CommonJS', 'rolldown, CommonJS', 'bun build, CommonJS'))(
  '$name: runtimeInstrumentations() in a bundle measures the process or throws our error',
  async (build) => {
    const file = await bundle(build, 'runtime-bot.js');
    await using bot = await consumer.startBot(process.execPath, [file], anyPort);
    const isRefused = bot.server.log().includes('ConfigurationError ERR_TRADEMETER_MISSING_PACKAGE');
    const isMeasured = /^process_uptime_seconds/mu.test(await bot.scrape());
    expect({ isRefused, isMeasured }).toEqual({ isRefused: !isMeasured, isMeasured });
  },
);

function named(...names: readonly string[]): readonly Build[] {
  return builds.filter(({ name }) => names.includes(name));
}
