import { type AlertGroup, type ThresholdDefinition, thresholdDefinitions } from '../src/index.ts';
import { duration } from '../src/rule-context.ts';

/** The README with its tables of alerts and thresholds. */
export function fillTables(readme: string, groups: readonly AlertGroup[]): string {
  return filled(filled(readme, 'alerts', alertTable(groups)), 'thresholds', thresholdTable());
}

function filled(readme: string, name: string, text: string): string {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [readme.indexOf(opening), readme.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`the README must have ${opening} and ${closing}`);
  return `${readme.slice(0, start + opening.length)}\n\n${text}\n\n${readme.slice(end)}`;
}

function alertTable(groups: readonly AlertGroup[]): string {
  const rows = groups.flatMap(({ name, title, alerts }) =>
    alerts.map((alert) => [
      title,
      `[${alert.name}](../../docs/runbooks/${name}.md#${alert.name.toLowerCase()})`,
      alert.severity,
      alert.forSeconds === 0 ? 'at once' : duration(alert.forSeconds),
      withoutTemplates(alert.summary),
    ]),
  );
  return table(['Group', 'Alert', 'Severity', 'After', 'Says'], rows);
}

function thresholdTable(): string {
  const rows = Object.entries(thresholdDefinitions).map(([name, definition]: [string, ThresholdDefinition]) => [
    `\`${name}\``,
    `${definition.default}`,
    `${definition.minimum} to ${definition.maximum}${definition.isInteger === true ? ', an integer' : ''}`,
    definition.description,
  ]);
  return table(
    ['Option', 'Default', 'Allowed', 'Meaning'],
    [
      ...rows,
      ['`botLabels`', "`['job', 'instance']`", 'label names', 'labels that tell bots apart; all rules keep them'],
      ['`ignoredModes`', "`['backtest']`", 'values of `trading.mode`', 'bots in these modes raise no alerts'],
      ['`runbookBaseUrl`', "`'docs/runbooks/'`", 'an address or a path', 'put before the page in `runbook_url`'],
    ],
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `{{ $labels.trading_venue }}` as _venue_, and `{{ $value }}` as N. */
function withoutTemplates(text: string): string {
  return text
    .replaceAll('{{ $labels.job }}/{{ $labels.instance }}', '_bot_')
    .replace(
      /\{\{ \$labels\.(\w+) \}\}/gu,
      (_, name: string) => `_${name.replace(/^trad(?:ing|emeter)_/u, '').replaceAll('_', ' ')}_`,
    )
    .replace(/\{\{ \$value[^}]*humanizePercentage \}\}/gu, 'N %')
    .replace(/\{\{ \$value[^}]*\}\}/gu, 'N');
}
