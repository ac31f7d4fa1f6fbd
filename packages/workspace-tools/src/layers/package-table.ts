// Writes the table of packages in docs/architecture.md from their package.json files. `--check` only reports whether it
// is stale.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGenerated } from '../generated-files.ts';
import { readPackages, type WorkspacePackage, workspaceFolder } from '../workspace.ts';

const document = 'docs/architecture.md';
const start = '<!-- Written from the package.json files by `pnpm generate`. -->\n\n';
const end = '\n<!-- End of what is written. -->';

const domainPrefix = 'instrumentation-';

/**
 * A Markdown table of packages: the description of each, which of ours it imports, and what else is installed with it.
 * A package comes after all that it imports. Domains without other dependencies share a row; private packages are
 * omitted.
 */
export function packageTable(packages: readonly WorkspacePackage[]): string {
  const published = packages.filter(({ manifest }) => manifest.private !== true);
  const byName = new Map(published.map((each) => [each.manifest.name, each]));
  const depthOf = (each: WorkspacePackage): number => 1 + Math.max(0, ...importedBy(each, byName).map(depthOf));
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

function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const [head = '', ...body] = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('');
}

/** The document with the current table. Throws when it has no place for the table. */
export function withTable(text: string, table: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${document} must have the lines ${start.trim()} and ${end.trim()}`);
  return `${text.slice(0, from)}${start}${table}${text.slice(to)}`;
}

if (import.meta.main) {
  await writeGenerated(() => {
    const text = readFileSync(join(workspaceFolder, document), 'utf8');
    return { [document]: withTable(text, packageTable(readPackages('packages'))) };
  });
}
