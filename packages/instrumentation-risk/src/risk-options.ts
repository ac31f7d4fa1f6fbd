import {
  type InstrumentationOptions,
  listOf,
  nonEmptyString,
  numberBetween,
  type OptionCheck,
  oneOf,
} from '@trademeter/instrumentation';
import {
  type ATTR_TRADING_COMPLIANCE_EVENT,
  ATTR_TRADING_EXIT_TRIGGER,
  type AttributesOf,
  type tradingComplianceEvents,
  tradingPositionExits,
} from '@trademeter/semantic-conventions';
import { type ConfidenceBands, defaultConfidenceBands } from './confidence-band.ts';

/** What made a position end. */
export type ExitTrigger = AttributesOf<typeof tradingPositionExits>[typeof ATTR_TRADING_EXIT_TRIGGER];

/** Something that a rule of the regulator or the broker made happen: `pdt_avoided`, `unsettled_cash`, … */
export type ComplianceEvent = AttributesOf<typeof tradingComplianceEvents>[typeof ATTR_TRADING_COMPLIANCE_EVENT];

/** How {@link instrumentRisk} measures. What is named here has its series at 0 from the start. */
export interface RiskOptions extends InstrumentationOptions {
  /** The strategy whose orders are rejected, unless `reject` is told another. */
  readonly strategy?: string | undefined;
  /** The names of the breakers that are known beforehand. */
  readonly breakers?: readonly string[] | undefined;
  /** The names of the rules that are known beforehand. */
  readonly rules?: readonly string[] | undefined;
  /** The names of the limits that are known beforehand. */
  readonly limits?: readonly string[] | undefined;
  /** The reasons for a rejection that are known beforehand. */
  readonly reasons?: readonly string[] | undefined;
  /** The exit triggers that can occur. Default: all of the conventions. */
  readonly exitTriggers?: readonly ExitTrigger[] | undefined;
  /** The compliance events that are known beforehand. */
  readonly complianceEvents?: readonly ComplianceEvent[] | undefined;
  /** Where the confidence bands of `positionSize` begin. Default: a third and two thirds. */
  readonly confidenceBands?: ConfidenceBands | undefined;
}

const exitTriggers: readonly ExitTrigger[] = tradingPositionExits.attributes[ATTR_TRADING_EXIT_TRIGGER].values;

const names = listOf(nonEmptyString, 'non-empty strings');
const triggers = listOf(oneOf(...exitTriggers), exitTriggers.join(', '));
const ratio = numberBetween(0, 1);

const bands: OptionCheck = {
  allowed: '{ medium, high } with 0 <= medium <= high <= 1',
  accepts: (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const { medium, high } = value as ConfidenceBands;
    return ratio.accepts(medium) && ratio.accepts(high) && medium <= high;
  },
};

/** A check for each option of risk. */
export const riskChecks = {
  strategy: nonEmptyString,
  breakers: names,
  rules: names,
  limits: names,
  reasons: names,
  exitTriggers: triggers,
  complianceEvents: names,
  confidenceBands: bands,
};

/** Fills in the defaults of the options. */
export function withRiskDefaults(options: RiskOptions = {}) {
  return {
    strategy: options.strategy,
    breakers: options.breakers ?? [],
    rules: options.rules ?? [],
    limits: options.limits ?? [],
    reasons: options.reasons ?? [],
    exitTriggers: options.exitTriggers ?? exitTriggers,
    complianceEvents: options.complianceEvents ?? [],
    confidenceBands: options.confidenceBands ?? defaultConfidenceBands,
  };
}
