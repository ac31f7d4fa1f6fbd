// Writes the parts of Markdown documents that begin with `<!-- Written from …`. `--check` only reports stale documents.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMapping, withKeptLabels } from '@trademeter/cli/migrate';
import { configurationErrorCodes } from '@trademeter/config';
import { dashboards } from '@trademeter/dashboards';
import { writeGenerated } from '../generated-files.ts';
import { packageList, packageTable } from '../layers/package-table.ts';
import { readPackages, workspaceFolder } from '../workspace.ts';
import { alertOptionTable, alertTable } from './alert-tables.ts';
import { DeclaredOptions } from './declared-options.ts';
import { markdownTable } from './markdown-table.ts';
import { optionTable } from './option-table.ts';
import { withWrittenParts } from './written-parts.ts';

const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/**/README.md'], {
  cwd: workspaceFolder,
  exclude: ['**/node_modules', 'docs/semantic-conventions'],
});

const thresholds = 'the thresholds, and ';
const exceptions = 'the exceptions in ';

await writeGenerated(() => {
  using options = new DeclaredOptions();
  const write = (source: string): string => {
    if (source === 'the package.json files') return packageTable(readPackages('packages'));
    if (source === 'the descriptions of the packages') return packageList(readPackages('packages'));
    if (source === 'the panels') return dashboardTable();
    if (source === 'the alerts') return alertTable();
    if (source === 'the error codes') return errorCodeTable();
    if (source.startsWith(thresholds)) return alertOptionTable(options.optionsIn(source.slice(thresholds.length)));
    if (source.startsWith(exceptions)) return exceptionTable(source.slice(exceptions.length));
    return optionTable(options.optionsIn(source));
  };
  return Object.fromEntries(
    documents
      .map((path) => [path, readFileSync(join(workspaceFolder, path), 'utf8')] as const)
      .map(([path, text]) => [path, withWrittenParts(path, text, write)]),
  );
});

function dashboardTable(): string {
  const rows = dashboards.map(({ id, title, description }) => [`[${title}](json/classic/${id}.json)`, description]);
  return markdownTable([['dashboard', 'shows'], ...rows]);
}

function exceptionTable(path: string): string {
  const { mapping } = readMapping(readFileSync(join(workspaceFolder, path), 'utf8'), path);
  const rows = mapping.exceptions.map(({ name, reason, instead = '' }) => {
    const query = withKeptLabels(instead, mapping).replaceAll(/\s+/gu, ' ');
    return [`\`${name}\``, reason, query === '' ? '' : `\`${query}\``];
  });
  return markdownTable([['name', 'what differs', 'query instead'], ...rows]);
}

function errorCodeTable(): string {
  const rows = Object.entries(configurationErrorCodes).map(([code, meaning]) => [`\`${code}\``, meaning]);
  return markdownTable([['code', 'meaning'], ...rows]);
}
