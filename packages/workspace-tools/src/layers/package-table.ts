import { markdownTable } from '../documents/markdown-table.ts';
import type { WorkspacePackage } from '../workspace.ts';

const domainPrefix = 'instrumentation-';

/**
 * A Markdown table of packages: the description of each, which of ours it imports, and what else is installed with it.
 * A package comes after all that it imports. Domains without other dependencies share a row; private packages are
 * omitted.
 */
export function packageTable(packages: readonly WorkspacePackage[]): string {
  const { published, byName, depthOf } = layersOf(packages);
  const domains = published.filter(
    (each) => each.shortName.startsWith(domainPrefix) && othersOf(each, byName).length === 0,
  );
  const rows = published
    .filter((each) => !domains.includes(each))
    .map((each) => ({
      depth: depthOf(each),
      name: each.shortName,
      description: each.manifest.description ?? '',
      imports: namesOf(each, byName),
      others: othersOf(each, byName),
    }));
  if (domains.length > 0) {
    const names = domains.map(({ shortName }) => shortName.slice(domainPrefix.length));
    rows.push({
      depth: Math.max(...domains.map(depthOf)),
      name: `${domainPrefix}*`,
      description: `OpenTelemetry metrics for one domain of a trading bot each: ${names.join(', ')}`,
      imports: [...new Set(domains.flatMap((each) => namesOf(each, byName)))].toSorted(),
      others: [],
    });
  }
  rows.sort((a, b) => a.depth - b.depth || a.name.localeCompare(b.name, 'en'));
  return markdownTable([
    ['package', 'what it is', 'imports', 'dependencies of others'],
    ...rows.map(({ name, description, imports, others }) => [
      `\`${name}\``,
      description,
      codeList(imports),
      codeList(others),
    ]),
  ]);
}

/**
 * A Markdown list of packages with their descriptions, for users: one that imports others comes before them. Private
 * packages are omitted.
 */
export function packageList(packages: readonly WorkspacePackage[]): string {
  const { published, depthOf } = layersOf(packages);
  return published
    .toSorted((a, b) => depthOf(b) - depthOf(a) || a.shortName.localeCompare(b.shortName, 'en'))
    .map(({ shortName, manifest }) => `- [\`${shortName}\`](packages/${shortName}): ${manifest.description ?? ''}\n`)
    .join('');
}

function layersOf(packages: readonly WorkspacePackage[]) {
  const published = packages.filter(({ manifest }) => manifest.private !== true);
  const byName = new Map(published.map((each) => [each.manifest.name, each]));
  const depthOf = (each: WorkspacePackage): number => 1 + Math.max(0, ...importedBy(each, byName).map(depthOf));
  return { published, byName, depthOf };
}

function importedBy({ manifest }: WorkspacePackage, byName: ReadonlyMap<string, WorkspacePackage>): WorkspacePackage[] {
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).flatMap(
    (name) => byName.get(name) ?? [],
  );
}

function namesOf(each: WorkspacePackage, byName: ReadonlyMap<string, WorkspacePackage>): string[] {
  const names = importedBy(each, byName).map(({ shortName }) => shortName);
  const isDomain = (name: string) => name.startsWith(domainPrefix);
  const isSeveral = names.filter(isDomain).length > 1;
  return [...new Set(names.map((name) => (isSeveral && isDomain(name) ? `${domainPrefix}*` : name)))].toSorted();
}

/** What npm installs with it, except our packages and its peers. */
function othersOf({ manifest }: WorkspacePackage, byName: ReadonlyMap<string, WorkspacePackage>): string[] {
  return Object.keys(manifest.dependencies ?? {}).filter((name) => !byName.has(name));
}

function codeList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
