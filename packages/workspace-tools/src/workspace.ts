import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the workspace, with pnpm-workspace.yaml. */
export const workspaceFolder: string = join(import.meta.dirname, '../../..');

/** The fields of a package.json that this package reads. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly main?: string;
  readonly types?: string;
  readonly typesVersions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** One package of the workspace. */
export interface WorkspacePackage {
  /** Its name without the scope, which is also the name of its folder. */
  readonly shortName: string;
  /** Absolute path. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Returns the packages in one folder of a workspace, `packages` or `examples`, by name. */
export function readPackages(parent: string, workspace: string = workspaceFolder): WorkspacePackage[] {
  const packages: WorkspacePackage[] = [];
  for (const entry of readdirSync(join(workspace, parent), { withFileTypes: true })) {
    const folder = join(workspace, parent, entry.name);
    const manifest = entry.isDirectory() ? readManifest(folder) : undefined;
    if (manifest) packages.push({ shortName: entry.name, folder, manifest });
  }
  return packages.toSorted((a, b) => a.shortName.localeCompare(b.shortName, 'en'));
}

/** The packages that are published. */
export function readPublicPackages(): WorkspacePackage[] {
  return readPackages('packages').filter(({ manifest }) => manifest.private !== true);
}

/** The specifiers by which a package's modules can be imported. */
export function entryPoints({ manifest }: WorkspacePackage): string[] {
  const commands = Object.values(manifest.bin ?? {});
  const modules = Object.entries(manifest.exports ?? {}).filter(([key, target]) => {
    // a pattern exports files that are not modules, and a command is not imported
    return !key.includes('*') && !commands.includes((target as { readonly default?: string }).default ?? '');
  });
  return modules.map(([key]) => `${manifest.name}${key.slice(1)}`);
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch (error) {
    // A folder left over from a branch with another package contains only ignored files.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
