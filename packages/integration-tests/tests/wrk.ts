import { join } from 'node:path';
import { run } from '@trademeter/workspace-tools';
import { unpackDebianPackages } from '../servers/debian.ts';

/** What a server was put through, and what came of it. */
export interface Load {
  readonly requests: number;
  /** Connections that broke, answers that did not come, and those that were no success. */
  readonly failures: number;
}

/** Debian's wrk, run to its end: `connections` ask again as soon as they are answered. */
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
