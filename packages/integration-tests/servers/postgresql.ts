import { spawn, spawnSync } from 'node:child_process';
import { chownSync, closeSync, globSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trademeter/test-support/free-port';
import { unpackDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';

const release = 15;

/** The server and its libraries, for a machine without them. */
const packages = [
  `postgresql-${release}`,
  'libaudit1',
  'libcap-ng0',
  'libcap2',
  'libcom-err2',
  'libffi8',
  'libgcrypt20',
  'libgmp10',
  'libgnutls30',
  'libgpg-error0',
  'libgssapi-krb5-2',
  'libhogweed6',
  'libicu72',
  'libidn2-0',
  'libk5crypto3',
  'libkeyutils1',
  'libkrb5-3',
  'libkrb5support0',
  'libldap-2.5-0',
  'liblz4-1',
  'liblzma5',
  'libnettle8',
  'libp11-kit0',
  'libpam0g',
  'libpq5',
  'libsasl2-2',
  'libssl3',
  'libsystemd0',
  'libtasn1-6',
  'libunistring2',
  'libxml2',
  'libzstd1',
  'zlib1g',
];

/** The path of `postgres`, 13 or later; `initdb` is in the same folder. */
export function findPostgresql(): Promise<string> {
  return findProgram({
    title: 'PostgreSQL',
    variable: 'TRADEMETER_POSTGRES',
    command: 'postgres',
    versionArgs: ['--version'],
    suits: (version) => Number(/\(PostgreSQL\) (\d+)/u.exec(version)?.[1] ?? 0) >= 13,
    // Debian's package installs it outside of the PATH
    get: async () => globSync('/usr/lib/postgresql/*/bin/postgres').toSorted().at(-1) ?? (await unpackPostgresql()),
    advice: `Install Debian's package postgresql-${release}`,
  });
}

async function unpackPostgresql(): Promise<string> {
  const folder = await unpackDebianPackages('postgresql', 'bookworm', packages);
  const real = join(folder, `usr/lib/postgresql/${release}/bin`);
  const libraries = globSync(join(folder, '{usr/lib,lib}/*-linux-gnu')).join(':');
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  for (const command of ['postgres', 'initdb']) {
    const script = join(bin, command);
    await writeFile(script, `#!/bin/sh\nexec env LD_LIBRARY_PATH='${libraries}' '${join(real, command)}' "$@"\n`);
    await chmod(script, 0o755);
  }
  return join(bin, 'postgres');
}

/** A running PostgreSQL. Disposing of it stops it. */
export interface Postgresql extends AsyncDisposable {
  /** Its connection string. */
  readonly url: string;
  /** Stops it without waiting for its clients. */
  stop(): Promise<void>;
}

/** The ids of the user nobody on Debian, as on other systems. */
const nobody = { uid: 65_534, gid: 65_534 };

/**
 * Starts PostgreSQL with an empty database on a free port of 127.0.0.1. It refuses to run as root, so as root it runs
 * as nobody.
 */
export async function startPostgresql(): Promise<Postgresql> {
  const postgres = await findPostgresql();
  const initdb = postgres.includes('/') ? join(dirname(postgres), 'initdb') : 'initdb';
  // not in the cache, which that user may not be allowed to read
  const folder = mkdtempSync(join(tmpdir(), 'trademeter-postgresql-'));
  const user = process.getuid?.() === 0 ? nobody : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const initArgs = ['-D', data, '--username=postgres', '--auth=trust', '--no-locale', '--encoding=UTF8', '--no-sync'];
  const init = spawnSync(initdb, initArgs, { ...user, cwd: folder, encoding: 'utf8' });
  if (init.status !== 0) throw new Error(`${initdb} failed\n${init.error?.message ?? ''}${init.stdout}${init.stderr}`);

  const port = await freePort();
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'a');
  const args = ['-D', data, '-h', '127.0.0.1', '-p', `${port}`, '-k', '', '-F', '-c', 'lc_messages=C'];
  const server = spawn(postgres, args, { ...user, cwd: folder, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);

  async function stop(): Promise<void> {
    // SIGINT is its fast shutdown; at SIGTERM it waits for its clients
    server.kill('SIGINT');
    await ended;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  }

  const deadline = performance.now() + 60_000;
  while (!readFileSync(logFile, 'utf8').includes('ready to accept connections')) {
    if (performance.now() > deadline || server.exitCode !== null) {
      const text = readFileSync(logFile, 'utf8');
      await stop();
      throw new Error(`PostgreSQL did not start\n${text}`);
    }
    await sleep(50);
  }
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop, [Symbol.asyncDispose]: stop };
}
