// Writes src/version.ts in the packages that have one, from their package.json: an instrumentation scope has its
// version, and a bundled package cannot read its own package.json. `--check` only reports what is stale.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeGenerated } from './generated-files.ts';
import { readPublicPackages } from './workspace.ts';

/** The text of `src/version.ts` for this version. */
export function versionFile(version: string): string {
  return `// Written from package.json by \`pnpm generate\`.\nexport const version = '${version}';\n`;
}

if (import.meta.main) {
  await writeGenerated(() => {
    const packages = readPublicPackages().filter(({ folder }) => existsSync(join(folder, 'src/version.ts')));
    const files = packages.map(({ shortName, manifest }) => {
      return [`packages/${shortName}/src/version.ts`, versionFile(manifest.version ?? '')] as const;
    });
    return Object.fromEntries(files);
  });
}
