export { ConfigurationError } from '@trademeter/config';
export {
  type AlertChannel,
  type AlertmanagerConfig,
  type AlertmanagerOptions,
  alertChannels,
  alertmanagerConfig,
  alertmanagerFile,
  type InhibitRule,
  inhibitRules,
} from './alertmanager.ts';
export {
  type AlertOptions,
  parseAlertSettings,
  type ThresholdDefinition,
  type ThresholdName,
  type Thresholds,
  type ThresholdUnit,
  thresholdDefinitions,
} from './parameters.ts';
export { type RuleFile, renderRuleGroups, ruleFiles } from './rule-files.ts';
export {
  type AlertingRule,
  alertGroups,
  alertRules,
  type PrometheusRecordingRule,
  type RuleGroup,
  recordingRules,
} from './rule-groups.ts';
export type { Alert, AlertGroup, Inhibition, Severity } from './rules.ts';
