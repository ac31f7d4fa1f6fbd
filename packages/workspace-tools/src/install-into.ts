// `pnpm install:into FOLDER [package …]`: installs packages of this clone in another project, as npm would install them.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { findOldNode } from './packed/old-node.ts';
import { packPublicPackages } from './packed/packed-packages.ts';
import { mustRun } from './processes/command.ts';
import { progress } from './processes/progress.ts';
import { type Arguments, runProgram } from './program.ts';
import { type Manifest, readPublicPackages } from './workspace.ts';

const usage = `Usage: pnpm install:into FOLDER [package …]

Packs the packages of this clone into FOLDER/vendor/trademeter and runs \`npm install\` in FOLDER with the packages that
are named, and with what they depend on. Without names it installs all of them. Run it again to update.

  npx --yes pnpm@12 install:into ../my-bot sdk instrumentation-orders

Packages: ${readPublicPackages()
  .map(({ shortName }) => shortName)
  .join(', ')}
`;

await runProgram({ usage, allowPositionals: true, read, run: install });

function read({ positionals: [given, ...packages] }: Arguments): { folder: string; names: readonly string[] } {
  if (given === undefined) throw new Error('name the folder of your bot');
  // pnpm runs scripts in the workspace, wherever it was called
  const folder = resolve(process.env['INIT_CWD'] ?? '.', given);
  if (!existsSync(join(folder, 'package.json'))) {
    throw new Error(`${folder} has no package.json: run \`npm init --yes\` there first`);
  }
  return { folder, names: packages.map(shortNameOf) };
}

async function install({ folder, names }: ReturnType<typeof read>): Promise<number> {
  const vendor = join(folder, 'vendor/trademeter');
  await mkdir(vendor, { recursive: true });
  progress('building and packing');
  const packed = await packPublicPackages(vendor);
  const wanted = closureOf(names, new Map(packed.map(({ manifest }) => [manifest.name, manifest])));
  const chosen = packed.filter(({ manifest }) => names.length === 0 || wanted.has(manifest.name));
  for (const { tarball } of packed.filter((each) => !chosen.includes(each))) await rm(tarball);
  progress(`npm install of ${chosen.length} packages in ${folder}`);
  const tarballs = chosen.map(({ tarball }) => `./${relative(folder, tarball)}`);
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs, '@opentelemetry/api@1.10'];
  await mustRun('npm', args, { cwd: folder, onLine: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`Installed in ${folder}: ${chosen.map(({ manifest }) => manifest.name).join(', ')}\n`);
  const warning = await findOldNode(chosen);
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
  return 0;
}

function shortNameOf(name: string): string {
  const shortName = name.replace(/^@trademeter\//u, '');
  if (readPublicPackages().some((each) => each.shortName === shortName)) return shortName;
  throw new Error(`there is no package ${JSON.stringify(name)}`);
}

/** The names of packages with all of ours that they depend on: npm finds none of these in a registry. */
function closureOf(names: readonly string[], manifests: ReadonlyMap<string, Manifest>): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    const manifest = manifests.get(name);
    if (!manifest || found.has(name)) return;
    found.add(name);
    for (const dependency of Object.keys(manifest.dependencies ?? {})) add(dependency);
  };
  for (const name of names) add(name === 'trademeter' ? name : `@trademeter/${name}`);
  return found;
}
