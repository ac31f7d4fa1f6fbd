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
  };
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
