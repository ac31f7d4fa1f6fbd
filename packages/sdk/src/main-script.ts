import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

/** The part of `process` that is read. */
export interface ProcessView {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
}

/** A script, and the package name in the nearest package.json. */
interface Script {
  readonly path: string;
  readonly packageName: string | undefined;
}

/**
 * Programs that start the bot as a separate process, by package name. `NODE_OPTIONS` reaches them too, and they must not
 * take the bot's port.
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
  // script runners
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
  // watchers
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
  // compilers, which run before the bot
  '@biomejs/biome',
  'esbuild',
  'rollup',
  'tsdown',
  'tsup',
  'typescript',
]);

/** Scripts of launchers that run the bot in their own process. */
const runnerScripts: Readonly<Record<string, RegExp>> = {
  pm2: /^ProcessContainer/u,
  'ts-node': /^(?:bin(?!-esm)|child-entrypoint)/u,
  'ts-node-dev': /^wrap/u,
};

/** Whether this process only starts the bot. */
export function isLauncher(view: ProcessView = process): boolean {
  const script = startedScript(view);
  if (script === undefined) return isTestRunner(view);
  if (bundledYarn.test(script.path)) return true;
  if (!launchers.has(script.packageName)) return false;
  return !isRunner(script) || (script.packageName === 'ts-node' && optionsOf(view.argv).includes('--esm'));
}

/** Yarn is a single file in the project's folder or in corepack's cache. */
const bundledYarn = /[\\/](?:\.yarn[\\/]releases|corepack)[\\/](?:.*[\\/])?yarn[^\\/]*\.c?js$/u;

/** The default `service.name`: the name of the bot's package, or of its script without a path. */
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
  // In these cases the first argument is not a script.
  if (started === '-' || view.execArgv.some((option) => evalOption.test(option))) return undefined;
  const path = resolveScript(started, view.cwd());
  return path === undefined ? undefined : { path, packageName: nearestPackageName(dirname(path)) };
}

const evalOption = /^(?:-e|-p|-pe|-i|--eval|--print|--interactive)(?:=|$)/u;

function isRunner({ path, packageName = '' }: Script): boolean {
  return runnerScripts[packageName]?.test(basename(path)) === true;
}

/** `node --test` runs each file in a separate process. */
function isTestRunner({ execArgv, env }: ProcessView): boolean {
  return execArgv.includes('--test') && env['NODE_TEST_CONTEXT'] === undefined;
}

function optionsOf(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((each, index) => index > 1 && !each.startsWith('-'));
  return argv.slice(2, end === -1 ? undefined : end);
}

/** The file that Node runs, with links resolved; it may be given as `bot` or as a folder. */
function resolveScript(path: string | undefined, folder: string): string | undefined {
  if (path === undefined || path === '') return undefined;
  for (const candidate of [path, `${path}.js`]) {
    try {
      const real = realpathSync(resolve(folder, candidate));
      return statSync(real).isDirectory() ? join(real, 'index.js') : real;
    } catch {
      // Not found.
    }
  }
  return undefined;
}

/** Skips a package.json without a name, which only sets the module type. */
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
