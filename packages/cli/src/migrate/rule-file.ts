import { renderRuleGroups } from '@trademeter/alerts';
import type { Mapping } from './mapping.ts';
import { recordingRules } from './recording-rules.ts';

/** Renders a mapping's rules as a Prometheus rule file. */
export function renderRuleFile(mapping: Mapping, source: string): string {
  const { system: name, interval } = mapping;
  const origin = `Generated from ${source} by trademeter migrate. Do not edit.`;
  return renderRuleGroups([{ name, interval, rules: recordingRules(mapping) }], origin);
}
