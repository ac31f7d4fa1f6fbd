import { join } from 'node:path';
import { run } from '@trademeter/workspace-tools';
import { unpackDebianPackages } from '../servers/debian.ts';

/** The load on a server, and its result. */
export interface Load {
  readonly requests: number;
  /** Broken connections, missing answers, and answers without success. */
  readonly failures: number;
}

/** Runs Debian's wrk to its end: each of `connections` sends a new request as soon as it has an answer. */
export async function load(url: string, connections: number, seconds: number): Promise<Load> {
  const folder = await unpackDebianPackages('wrk', 'bookworm', ['wrk', 'libluajit-5.1-2']);
  const libraries = `${join(folder, 'usr/lib/x86_64-linux-gnu')}:${join(folder, 'usr/lib/aarch64-linux-gnu')}`;
  const { exitCode, stdout, stderr } = await run(
    join(folder, 'usr/bin/wrk'),
    ['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`, '--timeout', '30s', url],
    { env: { LD_LIBRARY_PATH: libraries }, timeoutSeconds: seconds + 60 },
  );
  if (exitCode !== 0) throw new Error(`wrk failed: ${stderr}${stdout}`);
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout)?.slice(1) ?? [];
  const unsuccessful = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? '0';
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1] ?? Number.NaN);
  return { requests, failures: [...errors, unsuccessful].reduce((total, count) => total + Number(count), 0) };
}
