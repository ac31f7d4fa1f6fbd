import { globSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { type CommandOptions, type CommandResult, mustRun, run } from '../processes/command.ts';
import { type Server, type ServerOptions, startServer } from '../processes/server.ts';
import { readPublicPackages, workspaceFolder } from '../workspace.ts';

/** A user's project in its own folder, with the packed packages installed from a registry. */
export interface Consumer {
  readonly folder: string;
  /** The absolute path of a file in the project. */
  path(...segments: string[]): string;
  /** The version of Node with this alias in `tools/package.json`: `node-oldest`. */
  node(alias: string): string;
  /** Runs a command in the project. It is killed after four minutes. */
  run(command: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** {@link run} for a command that must succeed; returns what it printed. */
  mustRun(command: string, args: readonly string[], options?: CommandOptions): Promise<string>;
  /** A process of the project, for {@link startServer}. */
  server(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): ServerOptions;
  /** Starts a bot that prints the address of its metrics, and waits for that. */
  startBot(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Bot>;
}

/** A running bot. */
export interface Bot extends AsyncDisposable {
  readonly server: Server;
  readonly url: string;
  /** The text of one scrape. */
  scrape(): Promise<string>;
}

/**
 * Copies a folder of consumers/ to a temporary place, and installs what its package.json files name: `.` is what the
 * user's bot has, `tools` what runs or builds it without being visible to it.
 */
export async function prepareConsumer(source: string): Promise<Consumer> {
  const folder = join(inject('consumersFolder'), basename(source));
  await cp(source, folder, { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
  const consumer = consumerIn(folder);
  for (const manifest of globSync('{,*/}package.json', { cwd: folder })) {
    await npmInstall(join(folder, manifest, '..'), []);
  }
  return consumer;
}

function consumerIn(folder: string): Consumer {
  const options = ({ env, ...others }: CommandOptions = {}): CommandOptions => {
    return { cwd: folder, timeoutSeconds: 240, ...others, env: { ...userEnvironment(), ...env } };
  };
  return {
    folder,
    path: (...segments) => join(folder, ...segments),
    node: (alias) => join(folder, 'tools/node_modules', alias, 'bin/node'),
    run: (command, args, given) => run(command, args, options(given)),
    mustRun: (command, args, given) => mustRun(command, args, options(given)),
    server: (command, args, env) => serverIn(folder, command, args, env),
    startBot: (command, args, env) => startBot(serverIn(folder, command, args, env)),
  };
}

/** Runs `npm install` as a user does, but with the packed packages instead of published ones. */
export async function npmInstall(folder: string, packages: readonly string[]): Promise<void> {
  const args = ['install', ...installArguments(packages), '--no-audit', '--no-fund', '--loglevel=error'];
  await mustRun('npm', args, { cwd: folder, timeoutSeconds: 300, env: userEnvironment() });
}

/** The arguments of `npm install` for packed packages of ours, and all others from npm's registry. */
export function installArguments(packages: readonly string[]): string[] {
  const registry = inject('packedRegistry');
  // npm can set a registry for a scope, not for a name
  const ours = new Set(readPublicPackages().map(({ manifest }) => manifest.name));
  const specifiers = packages.map((name) => {
    return ours.has(name) && !name.startsWith('@') ? `${registry}${name}.tgz` : name;
  });
  return [...specifiers, `--@trademeter:registry=${registry}`, '--prefer-offline'];
}

/**
 * Undoes changes of a test runner and a package manager to this process's environment, except that its Node comes
 * first.
 */
function userEnvironment(): Record<string, string | undefined> {
  const ours = /^(?:NODE_ENV$|NODE_OPTIONS$|NODE_PATH$|VITEST|OTEL_|npm_)/u;
  const removed = Object.keys(process.env).filter((name) => ours.test(name));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(workspaceFolder));
  return {
    ...Object.fromEntries(removed.map((name) => [name, undefined])),
    PATH: [dirname(process.execPath), ...path].join(delimiter),
  };
}

function serverIn(
  folder: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ServerOptions {
  const name = `consumer-${basename(folder)}`;
  return { name, command, args, cwd: folder, env: { ...process.env, ...userEnvironment(), ...env } };
}

async function startBot(options: ServerOptions): Promise<Bot> {
  const server = await startServer(options);
  const url = await findUrl(server);
  return {
    server,
    url,
    scrape: async () => {
      const response = await fetch(url);
      const text = await response.text();
      if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
      return text;
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

async function findUrl(server: Server): Promise<string> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(25)) {
    const url = /http:\/\/[^/\s]+\/\S*metrics\b/u.exec(server.log())?.[0];
    if (url !== undefined) return url;
    if (server.hasEnded()) break;
  }
  await server.stop();
  throw new Error(`${server.name} printed no address of metrics:\n${server.log()}`);
}
