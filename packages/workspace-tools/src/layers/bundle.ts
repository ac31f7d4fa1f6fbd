// Writes the package `trademeter`, which has every instrumentation: its dependencies on them, and the exports of its
// index.ts. `--check` only reports what is stale.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conventionDomains } from '@trademeter/view/panels';
import { parseSync } from 'oxc-parser';
import { formatted, writeGenerated } from '../generated-files.ts';
import { type Manifest, readPublicPackages, type WorkspacePackage, workspaceFolder } from '../workspace.ts';

const bundle = 'packages/trademeter';
const prefix = 'instrumentation-';

/** The instrumentations, in the order of the conventions. */
export function instrumentationsIn(packages: readonly WorkspacePackage[]): WorkspacePackage[] {
  const place = ({ shortName }: WorkspacePackage): number => {
    const index = conventionDomains.indexOf(shortName.slice(prefix.length));
    return index < 0 ? conventionDomains.length : index;
  };
  return packages.filter(({ shortName }) => shortName.startsWith(prefix)).toSorted((a, b) => place(a) - place(b));
}

/** The package.json of the bundle, with a dependency on each instrumentation and on no other. */
export function bundleManifest(manifest: Manifest, instrumentations: readonly WorkspacePackage[]): Manifest {
  const others = Object.entries(manifest.dependencies ?? {}).filter(([name]) => !name.includes(`/${prefix}`));
  const ours = instrumentations.map(({ manifest: { name } }) => [name, 'workspace:^'] as const);
  const dependencies = [...others, ...ours].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...manifest, dependencies: Object.fromEntries(dependencies) };
}

/**
 * A module that exports, by name, what the index.ts of packages export. Of two types with one name it has that of the
 * package that comes first.
 *
 * @param indexes the text of each package's index.ts by the package's name
 * @throws Error when two packages export different values under one name
 */
export function bundleIndex(indexes: Readonly<Record<string, string>>): string {
  const owners = new Map<string, string>();
  const statements = Object.entries(indexes).map(([name, source]) => {
    const exported = exportsOf(name, source).filter(({ exportName, isType }) => {
      const owner = owners.get(exportName);
      if (owner === undefined) owners.set(exportName, name);
      else if (!isType) throw new Error(`${owner} and ${name} both export ${exportName}`);
      return owner === undefined;
    });
    return `export { ${exported.map(({ exportName, isType }) => `${isType ? 'type ' : ''}${exportName}`).join(', ')} } from '${name}';`;
  });
  return `// Written from the packages' index.ts by \`pnpm generate\`.\n${statements.join('\n')}\n`;
}

function exportsOf(name: string, source: string): { exportName: string; isType: boolean }[] {
  return parseSync('index.ts', source).module.staticExports.flatMap(({ entries }) =>
    entries.map(({ exportName, isType }) => {
      if (exportName.name === null) throw new Error(`${name} must name what it exports one by one`);
      return { exportName: exportName.name, isType };
    }),
  );
}

if (import.meta.main) {
  const packages = readPublicPackages();
  const instrumentations = instrumentationsIn(packages);
  const sources = [...instrumentations, ...packages.filter(({ shortName }) => shortName === 'sdk')];
  const indexes = sources.map(({ manifest: { name }, folder }) => {
    return [name, readFileSync(join(folder, 'src/index.ts'), 'utf8')] as const;
  });
  const manifest = JSON.parse(readFileSync(join(workspaceFolder, bundle, 'package.json'), 'utf8')) as Manifest;
  writeGenerated({
    [`${bundle}/package.json`]: `${JSON.stringify(bundleManifest(manifest, instrumentations), undefined, 2)}\n`,
    [`${bundle}/src/index.ts`]: await formatted('index.ts', bundleIndex(Object.fromEntries(indexes))),
  });
}
