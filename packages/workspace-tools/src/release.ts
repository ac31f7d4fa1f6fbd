// `pnpm release [--dry-run]`: lists what is missing for a release and what would be published, and publishes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findShapeFaults, type PackedPackage, packPublicPackages } from './packed/packed-packages.ts';
import { mustRun } from './processes/command.ts';
import { runPnpm } from './processes/pnpm.ts';
import { progress } from './processes/progress.ts';
import { runProgram } from './program.ts';
import { readPublicPackages, type WorkspacePackage, workspaceFolder } from './workspace.ts';

const usage = `Usage: pnpm release [--dry-run]

Lists what package.json files lack, packs every public package, checks the tarballs with publint and
arethetypeswrong, and prints what is published. Without --dry-run it then publishes with changesets, if nothing is
missing. \`pnpm release:version\` sets the version and writes the changelogs first.
`;

/** Fields that a published package needs, and who reads them. */
const neededFields: Readonly<Record<string, string>> = {
  description: "npm's search and package page",
  keywords: "npm's search",
  license: 'users',
  repository: "npm's package page and provenance",
  homepage: "npm's package page",
};

await runProgram({
  usage,
  options: { 'dry-run': { type: 'boolean' } },
  read: ({ values }) => values['dry-run'] === true,
  run: release,
});

async function release(isDryRun: boolean): Promise<number> {
  const missing = await findMissingFields(readPublicPackages());
  process.stdout.write(missing.length === 0 ? 'Nothing is missing.\n' : `Missing:\n${missing.map(indented).join('')}`);
  const folder = await mkdtemp(join(tmpdir(), 'trademeter-release-'));
  try {
    progress('building and packing');
    const packed = await packPublicPackages(folder);
    progress('checking the tarballs');
    const faults = await findShapeFaults(packed);
    process.stdout.write(faults === '' ? 'The tarballs have no faults.\n' : `Faults:\n${faults}\n`);
    process.stdout.write(`To publish:\n${(await Promise.all(packed.map(describe))).map(indented).join('')}`);
    if (isDryRun) return faults === '' ? 0 : 1;
    if (missing.length > 0 || faults !== '') {
      process.stderr.write('Nothing was published.\n');
      return 1;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const { exitCode } = await runPnpm(['changeset', 'publish'], {
    cwd: workspaceFolder,
    onLine: (line) => process.stdout.write(`${line}\n`),
  });
  return exitCode ?? 1;
}

/** Returns one line for each field that packages lack. */
async function findMissingFields(packages: readonly WorkspacePackage[]): Promise<string[]> {
  const manifests = await Promise.all(
    packages.map(async ({ folder }) => {
      return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
    }),
  );
  return Object.entries(neededFields).flatMap(([field, reader]) => {
    const lacking = packages.filter((_, index) => !hasContent(manifests[index]?.[field]));
    if (lacking.length === 0) return [];
    const names =
      lacking.length === packages.length ? 'all packages' : lacking.map((each) => each.shortName).join(', ');
    return [`${field} (for ${reader}): ${names}`];
  });
}

function hasContent(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
}

/** `@trademeter/sdk 0.1.0, 61 files, 84 kB`. */
async function describe({ packedManifest, tarball }: PackedPackage): Promise<string> {
  const files = (await mustRun('tar', ['-tzf', tarball])).trimEnd().split('\n');
  const kilobytes = Math.ceil((await readFile(tarball)).byteLength / 1000);
  return `${packedManifest.name} ${packedManifest.version}, ${files.length} files, ${kilobytes} kB`;
}

function indented(line: string): string {
  return `  ${line}\n`;
}
