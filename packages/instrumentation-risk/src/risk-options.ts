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

/** What closed a position. */
export type ExitTrigger = AttributesOf<typeof tradingPositionExits>[typeof ATTR_TRADING_EXIT_TRIGGER];

/** An event of a compliance rule: `pdt_avoided`, `unsettled_cash`, … */
export type ComplianceEvent = AttributesOf<typeof tradingComplianceEvents>[typeof ATTR_TRADING_COMPLIANCE_EVENT];

/** Options of {@link instrumentRisk}. The series of listed names exist at 0 from the start. */
export interface RiskOptions extends InstrumentationOptions {
  /** The strategy of rejections, unless `reject` names another. */
  readonly strategy?: string | undefined;
  /** Names of breakers whose series exist from the start. */
  readonly breakers?: readonly string[] | undefined;
  /** Names of rules whose series exist from the start. */
  readonly rules?: readonly string[] | undefined;
  /** Names of limits whose hits exist from the start. */
  readonly limits?: readonly string[] | undefined;
  /** Reasons of rejections whose series exist from the start. */
  readonly reasons?: readonly string[] | undefined;
  /**
   * Exit triggers whose series exist from the start.
   *
   * @default all of them
   */
  readonly exitTriggers?: readonly ExitTrigger[] | undefined;
  /** Compliance events whose series exist from the start: `pdt_avoided`, `unsettled_cash`, or your own. */
  readonly complianceEvents?: readonly ComplianceEvent[] | undefined;
  /**
   * The lower bounds of the confidence bands of `positionSize`.
   *
   * @default `{ medium: 1 / 3, high: 2 / 3 }`
   */
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
