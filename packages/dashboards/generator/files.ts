import { readFileSync } from 'node:fs';
import { builtDashboards, uidOf } from './dashboards.ts';

/** Everything that is generated, by its path below the package. */
export function generatedFiles(): Record<string, string> {
  return {
    ...Object.fromEntries(
      builtDashboards.flatMap(({ board: { id }, classic, v2 }) => [
        [`json/classic/${id}.json`, asText(classic)],
        [`json/v2/${id}.json`, asText(v2)],
      ]),
    ),
    'src/list.ts': renderList(),
    'README.md': withTable(readFileSync(new URL('../README.md', import.meta.url), 'utf8')),
  };
}

const tableStart = '<!-- Written from the panels by `pnpm generate`. -->\n\n';
const tableEnd = '\n<!-- End of what is written. -->';

/** The README with its table of dashboards as it has to be. */
function withTable(readme: string): string {
  const from = readme.indexOf(tableStart);
  const to = readme.indexOf(tableEnd.trimStart(), from);
  if (from < 0 || to < 0) throw new Error(`README.md must have the lines ${tableStart.trim()} and ${tableEnd.trim()}`);
  const rows = builtDashboards.map(({ board: { id, title, description } }) => {
    return [`[${title}](json/classic/${id}.json)`, description] as const;
  });
  // padded as the formatter pads it
  const [link, text] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = [['dashboard', 'shows'] as const, ['-'.repeat(link ?? 0), '-'.repeat(text ?? 0)] as const, ...rows];
  const table = lines.map(([left, right]) => `| ${left.padEnd(link ?? 0)} | ${right.padEnd(text ?? 0)} |\n`).join('');
  return `${readme.slice(0, from)}${tableStart}${table}${tableEnd}${readme.slice(to + tableEnd.trimStart().length)}`;
}

function asText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** As the formatter writes it. */
function renderList(): string {
  const entries = builtDashboards.map(({ board: { id, title, description, kind } }) => {
    const fields = Object.entries({ id, uid: uidOf({ id }), title, description, kind });
    return `  {\n${fields.map(([key, value]) => `    ${key}: ${quote(value)},`).join('\n')}\n  },`;
  });
  return `// Generated from the panels by \`pnpm generate\`. Change them there.

/** Id, uid, title, description and kind of every dashboard. */
export const dashboardList = [
${entries.join('\n')}
] as const;
`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
