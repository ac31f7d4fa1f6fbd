import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultServiceName, isLauncher, type ProcessView } from './main-script.ts';

let folder: string;

const files: Readonly<Record<string, string>> = {
  'bots/momentum/package.json': '{ "name": "momentum-bot" }',
  'bots/momentum/src/main.mjs': '',
  // only sets the module type and has no name
  'bots/momentum/dist/package.json': '{ "type": "commonjs" }',
  'bots/momentum/dist/bundle.cjs': '',
  'bots/momentum/dist/index.js': '',
  'bots/scoped/package.json': '\uFEFF{ "name": "@desk/pairs" }',
  'bots/scoped/bot.js': '',
  'bots/broken/package.json': '{ "name": ',
  'bots/broken/arbitrage.mjs': '',
  'bots/unnamed/package.json': '{ "name": "  ", "version": "1.0.0" }',
  'bots/unnamed/grid.bot.ts': '',
  'bots/momentum/.yarn/releases/yarn-4.18.1.cjs': '',
  'cache/corepack/v1/yarn/4.18.1/yarn.js': '',
  ...Object.fromEntries(
    ['npm', 'pnpm', 'tsx', 'nodemon', 'concurrently', 'pm2', 'ts-node', 'ts-node-dev', 'mocha'].map((name) => [
      `bots/momentum/node_modules/${name}/package.json`,
      JSON.stringify({ name }),
    ]),
  ),
  'bots/momentum/node_modules/npm/bin/npm-cli.js': '',
  'bots/momentum/node_modules/npm/bin/npx-cli.js': '',
  'bots/momentum/node_modules/pnpm/bin/pnpm.cjs': '',
  'bots/momentum/node_modules/tsx/dist/cli.mjs': '',
  'bots/momentum/node_modules/nodemon/bin/nodemon.js': '',
  'bots/momentum/node_modules/concurrently/dist/bin/concurrently.js': '',
  'bots/momentum/node_modules/pm2/bin/pm2': '',
  'bots/momentum/node_modules/pm2/lib/Daemon.js': '',
  'bots/momentum/node_modules/pm2/lib/ProcessContainerFork.js': '',
  'bots/momentum/node_modules/ts-node/dist/bin.js': '',
  'bots/momentum/node_modules/ts-node/dist/bin-esm.js': '',
  'bots/momentum/node_modules/ts-node/dist/child/child-entrypoint.js': '',
  'bots/momentum/node_modules/ts-node-dev/lib/bin.js': '',
  'bots/momentum/node_modules/ts-node-dev/lib/wrap.js': '',
  'bots/momentum/node_modules/mocha/bin/mocha.js': '',
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-script-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  mkdirSync(join(folder, 'bin'));
  symlinkSync('../bots/momentum/src/main.mjs', join(folder, 'bin/momentum'));
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly script?: string;
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function started({ script, args = [], execArgv = [], cwd = 'bots', env = {} }: Started): ProcessView {
  const path = script === undefined ? [] : [script.startsWith('-') ? script : join(folder, script)];
  return { argv: ['/usr/bin/node', ...path, ...args], execArgv, env, cwd: () => join(folder, cwd) };
}

describe('the default name of a bot', () => {
  test.each<[what: string, name: string | undefined, process: Started]>([
    ['its package', 'momentum-bot', { script: 'bots/momentum/src/main.mjs' }],
    ['its package, above a package.json without a name', 'momentum-bot', { script: 'bots/momentum/dist/bundle.cjs' }],
    ['its package, when a folder is started', 'momentum-bot', { script: 'bots/momentum/dist' }],
    ['its package, when the extension is omitted', 'momentum-bot', { script: 'bots/momentum/dist/index' }],
    ['its package, when it is started by a link', 'momentum-bot', { script: 'bin/momentum' }],
    ['its package, which may have a scope', '@desk/pairs', { script: 'bots/scoped/bot.js' }],
    ['its script, when package.json is broken', 'arbitrage', { script: 'bots/broken/arbitrage.mjs' }],
    ['its script, when package.json has no name', 'grid.bot', { script: 'bots/unnamed/grid.bot.ts' }],
    [
      'the package that node -e runs in',
      'momentum-bot',
      { args: ['/etc/passwd'], execArgv: ['-e', '0'], cwd: 'bots/momentum/src' },
    ],
    ['the package that the REPL runs in', '@desk/pairs', { cwd: 'bots/scoped' }],
    ['nothing, for a script on stdin without a package', undefined, { script: '-', cwd: 'bots/broken' }],
    [
      'the package of what pm2 runs',
      'momentum-bot',
      {
        script: 'bots/momentum/node_modules/pm2/lib/ProcessContainerFork.js',
        env: { pm_exec_path: '../bots/momentum/src/main.mjs' },
      },
    ],
    [
      'the script that ts-node runs',
      'grid.bot',
      { script: 'bots/momentum/node_modules/ts-node/dist/bin.js', args: ['-T', 'unnamed/grid.bot.ts'] },
    ],
    [
      'the script that ts-node-dev runs',
      'grid.bot',
      { script: 'bots/momentum/node_modules/ts-node-dev/lib/wrap.js', args: ['unnamed/grid.bot.ts'] },
    ],
  ])('is that of %s', (_, name, view) => {
    expect(defaultServiceName(started(view))).toBe(name);
  });

  test('is its own package even in a child process of what pm2 runs', () => {
    const env = { pm_exec_path: join(folder, 'bots/scoped/bot.js') };
    expect(defaultServiceName(started({ script: 'bots/momentum/src/main.mjs', env }))).toBe('momentum-bot');
  });
});

const inModules = (script: string): string => `bots/momentum/node_modules/${script}`;

describe('a launcher', () => {
  test.each<[string, Started]>([
    ['npm', { script: inModules('npm/bin/npm-cli.js'), args: ['start'] }],
    ['npx', { script: inModules('npm/bin/npx-cli.js'), args: ['tsx', 'bot.ts'] }],
    ['pnpm', { script: inModules('pnpm/bin/pnpm.cjs'), args: ['start'] }],
    ["yarn in the project's folder", { script: 'bots/momentum/.yarn/releases/yarn-4.18.1.cjs', args: ['start'] }],
    ["yarn in corepack's cache", { script: 'cache/corepack/v1/yarn/4.18.1/yarn.js', args: ['start'] }],
    ['tsx', { script: inModules('tsx/dist/cli.mjs'), args: ['bot.ts'] }],
    ['nodemon', { script: inModules('nodemon/bin/nodemon.js'), args: ['bot.js'] }],
    ['concurrently', { script: inModules('concurrently/dist/bin/concurrently.js'), args: ['node bot.js'] }],
    ['pm2', { script: inModules('pm2/bin/pm2'), args: ['start', 'bot.js'] }],
    ["pm2's daemon", { script: inModules('pm2/lib/Daemon.js') }],
    ['ts-node-dev', { script: inModules('ts-node-dev/lib/bin.js'), args: ['bot.ts'] }],
    ['ts-node for modules', { script: inModules('ts-node/dist/bin-esm.js'), args: ['bot.ts'] }],
    ['ts-node --esm', { script: inModules('ts-node/dist/bin.js'), args: ['--esm', 'bot.ts'] }],
    ['node --test', { execArgv: ['--test'] }],
  ])('is %s', (_, view) => {
    expect(isLauncher(started(view))).toBe(true);
  });

  test.each<[string, Started]>([
    ['a bot', { script: 'bots/momentum/src/main.mjs' }],
    ['a bot whose argument is a launcher', { script: 'bots/momentum/src/main.mjs', args: ['nodemon'] }],
    ['node -e', { execArgv: ['-e', '0'], args: [inModules('npm/bin/npm-cli.js')] }],
    ['the REPL', {}],
    ['what pm2 runs', { script: inModules('pm2/lib/ProcessContainerFork.js') }],
    ['ts-node, which runs the bot itself', { script: inModules('ts-node/dist/bin.js'), args: ['bot.ts', '--esm'] }],
    ['what ts-node --esm starts', { script: inModules('ts-node/dist/child/child-entrypoint.js') }],
    ['what ts-node-dev starts', { script: inModules('ts-node-dev/lib/wrap.js'), args: ['bot.ts'] }],
    ['another package that is installed', { script: inModules('mocha/bin/mocha.js') }],
    ['a file that node --test runs', { execArgv: ['--test'], env: { NODE_TEST_CONTEXT: 'child-v8' } }],
  ])('is not %s', (_, view) => {
    expect(isLauncher(started(view))).toBe(false);
  });
});
