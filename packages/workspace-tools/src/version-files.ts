// Writes src/version.ts in the packages that have one, from their package.json: an instrumentation scope names its
// version, and a package cannot read its own package.json where it is bundled. `--check` only says what is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPublicPackages } from './workspace.ts';

/** The packages whose version.ts is not what their package.json says; written anew unless `isCheck`. */
export function updateVersionFiles(isCheck: boolean): string[] {
  return readPublicPackages()
    .filter(({ folder, manifest }) => {
      const file = join(folder, 'src/version.ts');
      const text = `// Written from package.json by \`pnpm generate\`.\nexport const version = '${manifest.version}';\n`;
      if (!existsSync(file) || readFileSync(file, 'utf8') === text) return false;
      if (!isCheck) writeFileSync(file, text);
      return true;
    })
    .map(({ shortName }) => `packages/${shortName}/src/version.ts`);
}

if (import.meta.main) {
  const isCheck = process.argv.includes('--check');
  const stale = updateVersionFiles(isCheck);
  for (const file of stale) console.log(`${isCheck ? 'stale' : 'written'}: ${file}`);
  if (isCheck && stale.length > 0) process.exitCode = 1;
}
