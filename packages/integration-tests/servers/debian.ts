import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder, mustRun, progress, versionOf } from '@trademeter/workspace-tools';

/** The Debian suites of the servers: the release with Prometheus 2, and the one with the newest versions. */
export type DebianSuite = 'bookworm' | 'sid';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The folder with a suite's unpacked Debian packages, downloaded on first use.
 *
 * apt uses its own lists and sources in the cache, so it needs neither root nor a change to the machine, and it uses
 * the machine's mirror, proxy and trust settings. Dependencies are not followed.
 */
export async function unpackDebianPackages(
  name: string,
  suite: DebianSuite,
  packages: readonly string[],
): Promise<string> {
  return cached(join('debian', suite, name), async (folder) => {
    const apt = await openSuite(suite);
    progress(`downloading ${packages.join(', ')} from Debian ${suite}`);
    const downloads = join(folder, '.downloads');
    await mkdir(downloads);
    await mustRun('apt-get', [...apt, 'download', ...packages], { cwd: downloads });
    for (const file of await readdir(downloads)) {
      await mustRun('dpkg', ['-x', join(downloads, file), folder]);
    }
    await rm(downloads, { recursive: true });
  });
}

/** The names of a package's direct dependencies in a suite. */
export async function debianDependencies(suite: DebianSuite, name: string): Promise<string[]> {
  const apt = await openSuite(suite);
  const text = await mustRun('apt-cache', [...apt, 'depends', '--important', name]);
  return [...text.matchAll(/^\s+Depends: (\S+)$/gmu)].map(([, dependency]) => dependency ?? '');
}

/** A package of a suite, and all of its dependencies that this machine lacks. */
export async function missingDebianPackages(suite: DebianSuite, name: string): Promise<string[]> {
  const apt = await openSuite(suite);
  const plan = await mustRun('apt-get', [...apt, '--simulate', '--no-install-recommends', 'install', name]);
  return [...plan.matchAll(/^Inst (\S+)/gmu)].map(([, missing]) => missing ?? '');
}

/** The options that point apt at one suite; its lists are fetched once per process. */
function openSuite(suite: DebianSuite): Promise<readonly string[]> {
  let opened = openSuites.get(suite);
  if (!opened) {
    opened = fetchLists(suite);
    openSuites.set(suite, opened);
  }
  return opened;
}

const openSuites = new Map<DebianSuite, Promise<readonly string[]>>();

async function fetchLists(suite: DebianSuite): Promise<readonly string[]> {
  const mirror = await debianMirror();
  // One per process, because apt locks its lists; deleted with it, because the lists soon become stale.
  const state = join(cacheFolder, 'apt', `${suite}-${process.pid}`);
  process.once('exit', () => {
    rmSync(state, { recursive: true, force: true });
  });
  await mkdir(join(state, 'lists/partial'), { recursive: true });
  await mkdir(join(state, 'cache/archives/partial'), { recursive: true });
  const sources = join(state, 'sources.list');
  const trust = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  await writeFile(sources, `deb ${trust}${mirror} ${suite} main\n`);
  const options = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(state, 'lists'),
    'Dir::Cache': join(state, 'cache'),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    // As root, apt would hand downloads to a user who cannot read this folder.
    'APT::Sandbox::User': 'root',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  progress(`reading the package lists of Debian ${suite}`);
  await mustRun('apt-get', [...flags, '--quiet', '--error-on=any', 'update']);
  return flags;
}

/** The address of the Debian mirror that this machine's own apt uses. */
async function debianMirror(): Promise<string> {
  const targets = await versionOf('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
  if (targets === undefined) {
    throw new Error('apt-get is missing or fails: the servers are Debian packages, so this machine must be a Debian');
  }
  // A mirror+file: source names a list of mirrors instead of an address.
  const mirror = targets.split('\n').find((uri) => /\/debian(?:\.list)?\/?$/u.test(uri.trim()));
  if (mirror === undefined) {
    throw new Error(`no Debian mirror is among this machine's apt sources:\n${targets}`);
  }
  return mirror.trim();
}
