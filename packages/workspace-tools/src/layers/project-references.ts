// Writes the `references` of the published packages' tsconfig.json: what `tsc -b` builds first is what the package.json
// depends on. `--check` only reports what is stale.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatted, writeGenerated } from '../generated-files.ts';
import { type Manifest, readPublicPackages } from '../workspace.ts';

/**
 * A tsconfig.json with references to the packages of the workspace that a package needs to be built.
 *
 * @param shortNames the folders of packages by their names
 */
export function withReferences(
  tsconfig: string,
  { dependencies, peerDependencies, optionalDependencies }: Manifest,
  shortNames: ReadonlyMap<string, string>,
): string {
  const folders = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).flatMap(
    (name) => shortNames.get(name) ?? [],
  );
  const references = `"references": [${folders.map((folder) => `{ "path": "../${folder}" }`).join(', ')}]`;
  const withoutOld = tsconfig.replace(/,\s*"references":\s*\[[^\]]*\]/u, '');
  return folders.length === 0 ? withoutOld : withoutOld.replace(/\s*\}\s*$/u, `, ${references} }\n`);
}

async function referenceFiles(): Promise<Record<string, string>> {
  const packages = readPublicPackages();
  const shortNames = new Map(packages.map(({ manifest: { name }, shortName }) => [name, shortName]));
  const files = packages.map(async ({ folder, shortName, manifest }) => {
    const text = withReferences(readFileSync(join(folder, 'tsconfig.json'), 'utf8'), manifest, shortNames);
    return [`packages/${shortName}/tsconfig.json`, await formatted('tsconfig.json', text)] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

if (import.meta.main) await writeGenerated(referenceFiles);
