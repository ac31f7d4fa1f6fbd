export type { Breaker, BreakerRestore, BreakerState } from './breaker.ts';
export {
  type ConfidenceBand,
  type ConfidenceBands,
  confidenceBand,
  defaultConfidenceBands,
} from './confidence-band.ts';
export {
  instrumentRisk,
  type PositionSize,
  type RiskMetrics,
  type RiskOptions,
  type RiskRejection,
} from './instrument-risk.ts';
export type { KillSwitch, KillSwitchState } from './kill-switch.ts';
export type { Limit } from './limit.ts';
export type { ComplianceEvent, ExitTrigger } from './risk-options.ts';
export type { Rule } from './rule.ts';
