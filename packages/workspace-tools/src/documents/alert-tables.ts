import { alertGroups, alertRules, type ThresholdDefinition, thresholdDefinitions } from '@trademeter/alerts';
import type { DeclaredOption } from './declared-options.ts';
import { markdownTable } from './markdown-table.ts';
import { optionTable } from './option-table.ts';

/** The alerts with the default thresholds, each with a link to its runbook. */
export function alertTable(): string {
  const rulesByName = new Map(alertRules().flatMap(({ rules }) => rules.map((rule) => [rule.alert, rule])));
  const rows = alertGroups().flatMap(({ name: group, title, alerts }) =>
    alerts.map(({ name, severity, summary }) => [
      title,
      `[${name}](../../docs/runbooks/${group}.md#${name.toLowerCase()})`,
      severity,
      rulesByName.get(name)?.for ?? 'at once',
      withoutTemplates(summary),
    ]),
  );
  return markdownTable([['group', 'alert', 'severity', 'after', 'says'], ...rows]);
}

/**
 * The options of alerts.
 *
 * @param settings the options besides the thresholds
 */
export function alertOptionTable(settings: readonly DeclaredOption[]): string {
  const thresholds = Object.entries(thresholdDefinitions).map(([name, definition]: [string, ThresholdDefinition]) => ({
    kind: 'option' as const,
    name,
    isRequired: false,
    meaning: `${definition.description.charAt(0).toUpperCase()}${definition.description.slice(1)}.`,
    defaultValue: String(definition.default),
    variables: [],
    allowed: [],
    isList: false,
    range: `${definition.minimum} to ${definition.maximum}${definition.isInteger === true ? ', an integer' : ''}`,
  }));
  return optionTable([...thresholds, ...settings]);
}

/** `{{ $labels.trading_venue }}` as _venue_, and `{{ $value }}` and thresholds as N. */
function withoutTemplates(text: string): string {
  return text
    .replaceAll('{{ $labels.job }}/{{ $labels.instance }}', '_bot_')
    .replace(
      /\{\{ \$labels\.(\w+) \}\}/gu,
      (_, name: string) => `_${name.replace(/^trad(?:ing|emeter)_/u, '').replaceAll('_', ' ')}_`,
    )
    .replace(/\{\{ \$value[^}]*humanizePercentage \}\}/gu, 'N %')
    .replace(/\{\{ \$value[^}]*humanize1024 \}\}B/gu, 'N bytes')
    .replace(/\{\{ \$value[^}]*\}\}/gu, 'N')
    .replace(/\b\d+[smhd]\b/gu, 'N');
}
