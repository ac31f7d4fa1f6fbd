import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from './cache.ts';

/** Options of {@link startServer}. */
export interface ServerOptions {
  /** The name in messages and of the log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  /** The complete environment. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** A URL that answers 2xx once the server is ready. Without it, the server is ready when it runs. */
  readonly readyUrl?: string | undefined;
  /** The time limit for that. @default 60 */
  readonly readySeconds?: number | undefined;
}

/** A process that a test started. Disposing of it stops it. */
export interface Server extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** The file for its standard output and error. */
  readonly logFile: string;
  /** Its output so far. */
  log(): string;
  /** Sends a signal without waiting. */
  signal(signal: NodeJS.Signals): void;
  /** Whether the process has ended. */
  hasEnded(): boolean;
  /** Resolves when the process has ended, to its exit code, or to `null` if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it with SIGTERM, and with SIGKILL after 10 seconds. */
  stop(): Promise<void>;
}

const servers = new Set<Server>();

// A run that ends early must not leave servers running.
process.once('exit', () => {
  for (const server of servers) server.signal('SIGKILL');
});

/** The end of the log of every server that ran since the last call. */
export function takeServerLogs(): string {
  const logs = [...servers].map(describeLog).join('\n');
  for (const server of servers) {
    if (server.hasEnded()) servers.delete(server);
  }
  return logs;
}

/** Creates an empty folder for a server's data. It is kept for investigating failures. */
export async function makeDataFolder(name: string): Promise<string> {
  const folder = join(cacheFolder, 'data', `${name}-${randomUUID().slice(0, 8)}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Starts a process and waits until it is ready. Otherwise throws with the end of its log. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const server = await spawnServer(options);
  const { readyUrl } = options;
  if (readyUrl === undefined) return server;
  const deadline = performance.now() + (options.readySeconds ?? 60) * 1000;
  while (!(await answers(readyUrl))) {
    if (server.hasEnded()) {
      throw new Error(`${options.name} ended with ${await server.ended} before it was ready\n${describeLog(server)}`);
    }
    if (performance.now() > deadline) {
      const log = describeLog(server);
      await server.stop();
      throw new Error(`${options.name} did not answer at ${readyUrl} in time\n${log}`);
    }
    await sleep(50);
  }
  return server;
}

async function spawnServer({ name, command, args, cwd, env }: ServerOptions): Promise<Server> {
  const logs = join(cacheFolder, 'logs');
  await mkdir(logs, { recursive: true });
  const logFile = join(logs, `${name}-${randomUUID().slice(0, 8)}.log`);
  const log = openSync(logFile, 'w');
  const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', log, log] });
  closeSync(log);
  await once(child, 'spawn');
  const server: Server = {
    name,
    pid: child.pid ?? 0,
    logFile,
    log: () => readFileSync(logFile, 'utf8'),
    signal: (signal) => {
      child.kill(signal);
    },
    hasEnded: () => hasEnded(child),
    ended: endOf(child),
    stop: () => stop(child),
    [Symbol.asyncDispose]: () => stop(child),
  };
  servers.add(server);
  return server;
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve);
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const end = endOf(child);
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await end;
  clearTimeout(kill);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function describeLog(server: Server): string {
  const lines = server.log().trimEnd().split('\n').slice(-40);
  return `--- ${server.name}: the end of ${server.logFile}\n${lines.join('\n')}`;
}
