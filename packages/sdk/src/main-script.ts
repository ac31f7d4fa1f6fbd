import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

/** What is looked at of a process; `process` is one. */
export interface ProcessView {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
}

/** A script, and how the package.json nearest to it names its package. */
interface Script {
  readonly path: string;
  readonly packageName: string | undefined;
}

/**
 * Programs that start the bot as a process of its own, by the name of their package. `NODE_OPTIONS` reaches them as well,
 * and they must not take the bot's port.
 */
const launchers: ReadonlySet<string | undefined> = new Set([
  // package managers
  '@antfu/ni',
  '@microsoft/rush',
  '@yarnpkg/cli',
  '@yarnpkg/cli-dist',
  'cnpm',
  'corepack',
  'npm',
  'pnpm',
  'yarn',
  // runners of scripts
  '@dotenvx/dotenvx',
  'concurrently',
  'cross-env',
  'dotenv-cli',
  'env-cmd',
  'foreman',
  'lerna',
  'npm-run-all',
  'npm-run-all2',
  'nx',
  'start-server-and-test',
  'turbo',
  'wireit',
  // what watches and restarts
  '@nestjs/cli',
  'chokidar-cli',
  'forever',
  'forever-monitor',
  'node-dev',
  'nodemon',
  'onchange',
  'pm2',
  'supervisor',
  'ts-node',
  'ts-node-dev',
  'tsc-watch',
  'tsx',
  // compilers, which run before it
  '@biomejs/biome',
  'esbuild',
  'rollup',
  'tsdown',
  'tsup',
  'typescript',
]);

/** The scripts of launchers that run the bot in their own process. */
const runnerScripts: Readonly<Record<string, RegExp>> = {
  pm2: /^ProcessContainer/u,
  'ts-node': /^(?:bin(?!-esm)|child-entrypoint)/u,
  'ts-node-dev': /^wrap/u,
};

/** Whether this process starts the bot, rather than being it. */
export function isLauncher(view: ProcessView = process): boolean {
  const script = startedScript(view);
  if (script === undefined) return isTestRunner(view);
  if (bundledYarn.test(script.path)) return true;
  if (!launchers.has(script.packageName)) return false;
  return !isRunner(script) || (script.packageName === 'ts-node' && optionsOf(view.argv).includes('--esm'));
}

/** Yarn is one file in the project's own folder, or in corepack's cache. */
const bundledYarn = /[\\/](?:\.yarn[\\/]releases|corepack)[\\/](?:.*[\\/])?yarn[^\\/]*\.c?js$/u;

/** How a bot is called that does not say it: as its package, else as its script; never a path. */
export function defaultServiceName(view: ProcessView = process): string | undefined {
  const script = findMainScript(view);
  if (script === undefined) return nearestPackageName(view.cwd());
  return script.packageName ?? basename(script.path, extname(script.path));
}

/** `undefined` for `node -e`, a script on stdin and the REPL. */
function findMainScript(view: ProcessView): Script | undefined {
  const started = startedScript(view);
  if (started === undefined || !isRunner(started)) return started;
  const scripts = view.argv.slice(2).filter((each) => /\.[cm]?[jt]sx?$/u.test(each));
  const candidates = started.packageName === 'pm2' ? [view.env['pm_exec_path']] : scripts;
  const [path] = candidates.flatMap((each) => resolveScript(each, view.cwd()) ?? []);
  return path === undefined ? undefined : { path, packageName: nearestPackageName(dirname(path)) };
}

function startedScript(view: ProcessView): Script | undefined {
  const [, started] = view.argv;
  // There the first argument is an argument.
  if (started === '-' || view.execArgv.some((option) => evalOption.test(option))) return undefined;
  const path = resolveScript(started, view.cwd());
  return path === undefined ? undefined : { path, packageName: nearestPackageName(dirname(path)) };
}

const evalOption = /^(?:-e|-p|-pe|-i|--eval|--print|--interactive)(?:=|$)/u;

function isRunner({ path, packageName = '' }: Script): boolean {
  return runnerScripts[packageName]?.test(basename(path)) === true;
}

/** `node --test` runs each file in a process of its own. */
function isTestRunner({ execArgv, env }: ProcessView): boolean {
  return execArgv.includes('--test') && env['NODE_TEST_CONTEXT'] === undefined;
}

function optionsOf(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((each, index) => index > 1 && !each.startsWith('-'));
  return argv.slice(2, end === -1 ? undefined : end);
}

/** The file that Node runs: its links are resolved, and it may be named as `bot`, or by its folder. */
function resolveScript(path: string | undefined, folder: string): string | undefined {
  if (path === undefined || path === '') return undefined;
  for (const candidate of [path, `${path}.js`]) {
    try {
      const real = realpathSync(resolve(folder, candidate));
      return statSync(real).isDirectory() ? join(real, 'index.js') : real;
    } catch {
      // It is not there.
    }
  }
  return undefined;
}

/** A package.json without a name says only of which kind the modules below it are. */
function nearestPackageName(folder: string): string | undefined {
  const name = nameIn(join(folder, 'package.json'));
  const above = dirname(folder);
  return name ?? (above === folder ? undefined : nearestPackageName(above));
}

function nameIn(manifestFile: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(manifestFile, 'utf8').replace(/^\uFEFF/u, ''));
    const name: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'name') : undefined;
    return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined;
  } catch {
    return undefined;
  }
}
