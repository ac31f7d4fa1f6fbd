// Writes the package `trademeter`, which has every instrumentation: its dependencies on them, and the exports of its
// index.ts. `--check` only reports what is stale.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conventionDomains } from '@trademeter/view/panels';
import { parseSync } from 'oxc-parser';
import { formatted, SourceError, writeGenerated } from '../generated-files.ts';
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

/** Types of one name in two packages that mean the same: the bundle has the first. */
const sharedNames: ReadonlySet<string> = new Set(['DecisionAction', 'PositionSide']);

/**
 * A module that exports, by name, what the index.ts of packages export.
 *
 * @param indexes the text of each package's index.ts by the package's name
 * @throws SourceError when two packages export different things under one name
 */
export function bundleIndex(indexes: Readonly<Record<string, string>>): string {
  const known = new Map<string, { readonly owner: string; readonly origin: string }>();
  const statements = Object.entries(indexes).map(([owner, source]) => {
    const names = exportsOf(owner, source).flatMap(({ name, origin, isType }) => {
      const other = known.get(name);
      if (other === undefined) {
        known.set(name, { owner, origin });
        return [isType ? `type ${name}` : name];
      }
      if (other.origin !== origin && !sharedNames.has(name)) {
        throw new SourceError(
          `${other.owner} and ${owner} both export ${name}: rename one, as trademeter exports both`,
        );
      }
      return [];
    });
    return `export { ${names.join(', ')} } from '${owner}';`;
  });
  return `// Written from the packages' index.ts by \`pnpm generate\`.\n${statements.join('\n')}\n`;
}

interface Export {
  readonly name: string;
  /** The module that it is from. */
  readonly origin: string;
  readonly isType: boolean;
}

function exportsOf(owner: string, source: string): Export[] {
  return parseSync('index.ts', source).module.staticExports.flatMap(({ entries }) =>
    entries.map(({ exportName: { name }, moduleRequest, isType }) => {
      const from = moduleRequest?.value ?? '.';
      if (name === null) throw new SourceError(`${owner} must name what it exports one by one`);
      return { name, origin: from.startsWith('.') ? owner : from, isType };
    }),
  );
}

async function bundleFiles(): Promise<Record<string, string>> {
  const packages = readPublicPackages();
  const instrumentations = instrumentationsIn(packages);
  const sources = [...instrumentations, ...packages.filter(({ shortName }) => shortName === 'sdk')];
  const indexes = sources.map(({ manifest: { name }, folder }) => {
    return [name, readFileSync(join(folder, 'src/index.ts'), 'utf8')] as const;
  });
  const manifest = JSON.parse(readFileSync(join(workspaceFolder, bundle, 'package.json'), 'utf8')) as Manifest;
  return {
    [`${bundle}/package.json`]: `${JSON.stringify(bundleManifest(manifest, instrumentations), undefined, 2)}\n`,
    [`${bundle}/src/index.ts`]: await formatted('index.ts', bundleIndex(Object.fromEntries(indexes))),
  };
}

if (import.meta.main) await writeGenerated(bundleFiles);
