import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { mustRun, run } from '../processes/command.ts';
import { runPnpm } from '../processes/pnpm.ts';
import { type Manifest, readPublicPackages, type WorkspacePackage, workspaceFolder } from '../workspace.ts';
import { buildPackages } from './build-packages.ts';

/** One public package as it would be published. */
export interface PackedPackage extends WorkspacePackage {
  readonly tarball: string;
  /** The package.json in the tarball, where `workspace:` and `catalog:` are replaced by versions. */
  readonly packedManifest: Manifest;
}

/** Returns the faults that publint and arethetypeswrong find in the public packages, or an empty text. */
export async function checkShapes(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trademeter-packed-'));
  try {
    return await findShapeFaults(await packPublicPackages(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the faults that publint and arethetypeswrong find in packed packages, or an empty text. */
export async function findShapeFaults(packed: readonly PackedPackage[]): Promise<string> {
  const bin = join(workspaceFolder, 'packages/workspace-tools/node_modules/.bin');
  const faults: string[] = [];
  for (const { shortName, tarball } of packed) {
    const results = await Promise.all([
      run(join(bin, 'publint'), ['run', tarball, '--strict']),
      // CommonJS gets ES modules, which every supported Node can require
      run(join(bin, 'attw'), [tarball, '--ignore-rules', 'cjs-resolves-to-esm', '--no-color', '--no-emoji']),
    ]);
    for (const { exitCode, stdout, stderr } of results) {
      if (exitCode !== 0) faults.push(`packages/${shortName}\n${stdout}${stderr}`);
    }
  }
  return faults.join('\n');
}

/** Builds all public packages and packs each into a tarball in `folder`. */
export async function packPublicPackages(folder: string): Promise<PackedPackage[]> {
  const packages = readPublicPackages();
  await buildPackages();
  const packed: PackedPackage[] = [];
  for (const each of packages) {
    const tarball = join(folder, `${each.shortName}.tgz`);
    const { exitCode, stdout, stderr } = await runPnpm(['pack', '--out', tarball], { cwd: each.folder });
    if (exitCode !== 0) {
      throw new Error(`pnpm pack of ${basename(each.folder)} ended with ${exitCode}\n${stdout}${stderr}`);
    }
    const manifest = await mustRun('tar', ['-xzOf', tarball, 'package/package.json']);
    packed.push({ ...each, tarball, packedManifest: JSON.parse(manifest) as Manifest });
  }
  return packed;
}
