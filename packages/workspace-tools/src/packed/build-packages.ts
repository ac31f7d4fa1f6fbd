import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { mustRun } from '../processes/command.ts';
import { type Manifest, readPublicPackages, type WorkspacePackage, workspaceFolder } from '../workspace.ts';

/** Builds the dist folders of all published packages. Throws with what tsc or esbuild says. */
export async function buildPackages(): Promise<void> {
  const packages = readPublicPackages();
  const tsc = join(workspaceFolder, 'node_modules/.bin/tsc');
  await mustRun(tsc, ['-b', ...packages.map(({ folder }) => folder)], { cwd: workspaceFolder });
  await Promise.all(packages.map(bundle));
}

/**
 * Bundles each entry point of a package into one file. Shared and lazily imported modules become chunks, so that each
 * module exists once.
 */
export async function bundle(each: WorkspacePackage): Promise<void> {
  const sources = entrySources(each);
  const written = await Promise.all([
    bundleAs(
      'esm',
      sources.filter((source) => !source.endsWith('.cts')),
      each,
    ),
    bundleAs(
      'cjs',
      sources.filter((source) => source.endsWith('.cts')),
      each,
    ),
  ]);
  await removeStale(each, new Set(written.flat()));
}

/** @returns the absolute paths of the files that were written */
async function bundleAs(
  format: 'esm' | 'cjs',
  sources: readonly string[],
  { folder }: WorkspacePackage,
): Promise<string[]> {
  if (sources.length === 0) return [];
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [...sources],
    outdir: 'dist',
    outbase: 'src',
    chunkNames: 'chunks/[name]-[hash]',
    ...(format === 'cjs' && { outExtension: { '.js': '.cjs' } }),
    bundle: true,
    splitting: format === 'esm',
    format,
    // other packages stay imports
    packages: 'external',
    platform: 'node',
    target: 'es2024',
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.outputs).map((path) => join(folder, path));
}

/** JavaScript of an earlier build: a chunk's name changes with its content. */
async function removeStale({ folder }: WorkspacePackage, written: ReadonlySet<string>): Promise<void> {
  const found = globSync('dist/**/*.{js,cjs}{,.map}', { cwd: folder }).map((path) => join(folder, path));
  await Promise.all(found.filter((path) => !written.has(path)).map((path) => rm(path)));
}

/** The sources of a package's exports and commands, relative to its folder. */
export function entrySources({ folder, manifest }: WorkspacePackage): string[] {
  const exported = sourcesIn(manifest.exports ?? {});
  const commands = Object.values(manifest.bin ?? {}).map((path) => {
    return relative(folder, join(folder, path.replace('./dist/', './src/').replace(extname(path), '.ts')));
  });
  return [...new Set([...exported, ...commands])];
}

/** The source of each module among conditional exports. */
function sourcesIn(target: NonNullable<Manifest['exports']>): string[] {
  return Object.entries(target).flatMap(([condition, each]) => {
    if (condition === '@trademeter/source') return [String(each).replace('./', '')];
    return typeof each === 'object' && each !== null ? sourcesIn(each as NonNullable<Manifest['exports']>) : [];
  });
}
