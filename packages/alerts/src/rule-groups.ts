import { blindnessGroup } from './groups/blindness.ts';
import { executionGroup } from './groups/execution.ts';
import { healthGroup } from './groups/health.ts';
import { safetyGroup } from './groups/safety.ts';
import { type AlertOptions, type AlertParameters, readParameters } from './parameters.ts';
import { recordingRulesFor } from './recording-rules.ts';
import { createRuleContext, duration, type RuleContext } from './rule-context.ts';
import type { Alert, AlertGroup, RecordingRule } from './rules.ts';

/** An alerting rule in the format of Prometheus' rule files. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A recording rule in the format of Prometheus' rule files. */
export interface PrometheusRecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** A group of rules in the format of Prometheus' rule files. */
export interface RuleGroup<R extends AlertingRule | PrometheusRecordingRule> {
  readonly name: string;
  readonly rules: readonly R[];
}

/**
 * Returns the alerts in their four groups.
 *
 * @throws ConfigurationError for a wrong option
 */
export function alertGroups(options?: AlertOptions): AlertGroup[] {
  return groupsOf(createRuleContext(readParameters(options)));
}

/**
 * Returns the alerting rules in the groups `trading-safety`, `trading-blindness`, `trading-execution` and
 * `trading-health`. They read what {@link recordingRules} records.
 *
 * @throws ConfigurationError for a wrong option
 */
export function alertRules(options?: AlertOptions): RuleGroup<AlertingRule>[] {
  const parameters = readParameters(options);
  const context = createRuleContext(parameters);
  return groupsOf(context).map((group) => ({
    name: `trading-${group.name}`,
    rules: group.alerts.map((alert) => toAlertingRule(alert, group, parameters, context)),
  }));
}

/**
 * Returns the recording rules in the group `trading-recording`.
 *
 * @throws ConfigurationError for a wrong option
 */
export function recordingRules(options?: AlertOptions): RuleGroup<PrometheusRecordingRule>[] {
  const rules = recordingRulesFor(createRuleContext(readParameters(options)));
  return [
    {
      name: 'trading-recording',
      rules: rules.map(({ record, expression }: RecordingRule) => ({ record, expr: expression })),
    },
  ];
}

function groupsOf(context: RuleContext): AlertGroup[] {
  return [safetyGroup(context), blindnessGroup(context), executionGroup(context), healthGroup(context)];
}

function toAlertingRule(
  alert: Alert,
  group: AlertGroup,
  { runbookBaseUrl, botLabels }: AlertParameters,
  context: RuleContext,
): AlertingRule {
  const about = alert.about ?? 'bot';
  return {
    alert: alert.name,
    expr: alert.readsSeenBots === true || about !== 'bot' ? alert.expression : context.withoutModes(alert.expression),
    ...(alert.forSeconds === 0 ? {} : { for: duration(alert.forSeconds) }),
    labels: { severity: alert.severity },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      ...(about === 'bot' ? { trading_mode: modeTemplate(botLabels) } : {}),
      runbook_url: `${runbookBaseUrl}${group.name}.md#${alert.name.toLowerCase()}`,
    },
  };
}

/**
 * Looks the mode up when the alert is sent. A join in the expression would lose the alert together with target_info.
 */
function modeTemplate(botLabels: readonly string[]): string {
  const selector = botLabels.map((label) => `${label}=%q`).join(',');
  const values = botLabels.map((label) => `$labels.${label}`).join(' ');
  const query = `printf ${JSON.stringify(`target_info{${selector}}`)} ${values} | query`;
  return `{{ with ${query} }}{{ . | first | label "trading_mode" }}{{ end }}`;
}
