import { createInstrumentationMeter, handlesByName } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_BREAKER_NAME,
  ATTR_TRADING_BREAKER_STATE,
  ATTR_TRADING_COMPLIANCE_EVENT,
  ATTR_TRADING_EXIT_TRIGGER,
  ATTR_TRADING_KILL_SWITCH_STATE,
  ATTR_TRADING_RISK_LIMIT_NAME,
  ATTR_TRADING_RISK_REASON,
  ATTR_TRADING_RULE_NAME,
  ATTR_TRADING_RULE_RESULT,
  ATTR_TRADING_SIGNAL_CONFIDENCE_BAND,
  ATTR_TRADING_STRATEGY_NAME,
  tradingBreakerHaltDuration,
  tradingBreakerStatus,
  tradingBreakerTrips,
  tradingComplianceEvents,
  tradingKillSwitchActivations,
  tradingKillSwitchStatus,
  tradingPositionExits,
  tradingRiskLimitHits,
  tradingRiskLimitUtilization,
  tradingRiskPositionSize,
  tradingRiskRejections,
  tradingRuleChecks,
} from '@trademeter/semantic-conventions';
import { type Breaker, createBreaker } from './breaker.ts';
import { type ConfidenceBand, confidenceBand } from './confidence-band.ts';
import { createKillSwitch, type KillSwitch } from './kill-switch.ts';
import type { Limit } from './limit.ts';
import {
  type ComplianceEvent,
  type ExitTrigger,
  type RiskOptions,
  riskChecks,
  withRiskDefaults,
} from './risk-options.ts';
import { createRule, type Rule } from './rule.ts';
import { version } from './version.ts';

export type { RiskOptions };

/** Why an order was not let through. */
export interface RiskRejection {
  /** Each is counted once: `max_position`, `daily_loss`, … few, and without ids or figures in them. */
  readonly reasons: readonly string[];
  /** Default: the strategy of the options. */
  readonly strategy?: string | undefined;
}

/** How large a new position is. Give the band, or the confidence that it follows from. */
export interface PositionSize {
  /** Its share of the equity: 0.05 is 5%. */
  readonly fraction: number;
  /** How sure the signal was, from 0 to 1. */
  readonly confidence?: number | undefined;
  /** How sure the signal was, in words; wins over `confidence`. */
  readonly confidenceBand?: ConfidenceBand | undefined;
}

/** The verbs of risk. None of them ever throws; only what a rule's own function throws reaches the caller. */
export interface RiskMetrics {
  readonly killSwitch: KillSwitch;
  /** The breaker of this name; the same one each time. Its series exist from here on, closed and without trips. */
  breaker(name: string): Breaker;
  /** The rule of this name; the same one each time. Its series exist from here on, at 0. */
  rule(name: string): Rule;
  /** The limit of this name; the same one each time. Its hits exist from here on, at 0. */
  limit(name: string): Limit;
  /** An order was not let through; counts one rejection for each reason. */
  reject(rejection: RiskRejection): void;
  /** A position was sized. */
  positionSize(size: PositionSize): void;
  /** A position is being ended, by this trigger. */
  exit(trigger: ExitTrigger): void;
  /** A rule of the regulator or the broker made something happen. */
  complianceEvent(event: ComplianceEvent): void;
}

/**
 * Measures what keeps a bot from ruin: breakers, the kill switch, rules, limits, rejections, exits and compliance.
 *
 * One process makes one: two of them on the same provider write the same series, so their counts add up, and of two
 * states that contradict each other both are shown, so that an open breaker is never hidden.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) when an option is wrong
 * @example
 * const risk = instrumentRisk({ strategy: 'momentum', breakers: ['daily_loss'], rules: ['max_position'] });
 * if (!risk.rule('max_position').check(() => size <= largest)) risk.reject({ reasons: ['max_position'] });
 * if (loss > 0.03 * equity) risk.breaker('daily_loss').trip();
 */
export function instrumentRisk(options?: RiskOptions): RiskMetrics {
  const meter = createInstrumentationMeter({ domain: 'risk', version, options, checks: riskChecks });
  const { strategy, confidenceBands, ...known } = withRiskDefaults(options);
  const breakerStatus = meter.status(tradingBreakerStatus, ATTR_TRADING_BREAKER_STATE);
  const trips = meter.counter(tradingBreakerTrips);
  const haltDuration = meter.histogram(tradingBreakerHaltDuration);
  const killSwitchStatus = meter.status(tradingKillSwitchStatus, ATTR_TRADING_KILL_SWITCH_STATE);
  const activations = meter.counter(tradingKillSwitchActivations);
  const checks = meter.counter(tradingRuleChecks);
  const rejections = meter.counter(tradingRiskRejections);
  const limitHits = meter.counter(tradingRiskLimitHits);
  const limitUtilization = meter.observable(tradingRiskLimitUtilization);
  const positionSizes = meter.histogram(tradingRiskPositionSize);
  const exits = meter.counter(tradingPositionExits);
  const complianceEvents = meter.counter(tradingComplianceEvents);

  function makeBreaker(name: string): Breaker {
    const attributes = { [ATTR_TRADING_BREAKER_NAME]: name };
    trips.initialize(attributes);
    return createBreaker(name, {
      meter,
      report: (state) => breakerStatus.set(state, attributes),
      trips: trips.bind(attributes),
      halt: haltDuration.bind(attributes),
    });
  }

  function makeRule(name: string): Rule {
    const pass = { [ATTR_TRADING_RULE_NAME]: name, [ATTR_TRADING_RULE_RESULT]: 'pass' } as const;
    const fail = { [ATTR_TRADING_RULE_NAME]: name, [ATTR_TRADING_RULE_RESULT]: 'fail' } as const;
    checks.initialize(pass);
    checks.initialize(fail);
    return createRule(name, { meter, passes: checks.bind(pass), failures: checks.bind(fail) });
  }

  function makeLimit(name: string): Limit {
    const attributes = { [ATTR_TRADING_RISK_LIMIT_NAME]: name };
    limitHits.initialize(attributes);
    const hits = limitHits.bind(attributes);
    const utilization = limitUtilization.bind(attributes);
    return {
      name,
      hit: () => hits.add(),
      utilization: (ratio) => utilization.set(ratio),
    };
  }

  activations.initialize({});
  const breaker = handlesByName('breaker', makeBreaker, tradingBreakerStatus.attributes[ATTR_TRADING_BREAKER_NAME]);
  const rule = handlesByName('rule', makeRule);
  const limit = handlesByName('limit', makeLimit);
  for (const name of known.breakers) breaker(name);
  for (const name of known.rules) rule(name);
  for (const name of known.limits) limit(name);
  for (const reason of known.reasons) {
    rejections.initialize({ [ATTR_TRADING_RISK_REASON]: reason, [ATTR_TRADING_STRATEGY_NAME]: strategy });
  }
  for (const trigger of known.exitTriggers) exits.initialize({ [ATTR_TRADING_EXIT_TRIGGER]: trigger });
  for (const event of known.complianceEvents) complianceEvents.initialize({ [ATTR_TRADING_COMPLIANCE_EVENT]: event });

  return {
    killSwitch: createKillSwitch({
      meter,
      report: (state) => killSwitchStatus.set(state, {}),
      activations: activations.bind({}),
    }),
    breaker,
    rule,
    limit,
    reject(rejection) {
      meter.attempt(tradingRiskRejections.name, () => {
        const { reasons, strategy: ownStrategy } = rejection;
        if (!Array.isArray(reasons) || reasons.length === 0)
          throw new TypeError('reasons must be a list of at least one');
        for (const reason of new Set<string>(reasons)) {
          rejections.add(1, {
            [ATTR_TRADING_RISK_REASON]: reason,
            [ATTR_TRADING_STRATEGY_NAME]: ownStrategy ?? strategy,
          });
        }
      });
    },
    positionSize(size) {
      meter.attempt(tradingRiskPositionSize.name, () => {
        const { fraction, confidence, confidenceBand: given } = size;
        const band = given ?? confidenceBand(confidence as number, confidenceBands);
        if (band === undefined) throw new TypeError('confidence must be a number from 0 to 1 where no band is given');
        positionSizes.record(fraction, { [ATTR_TRADING_SIGNAL_CONFIDENCE_BAND]: band });
      });
    },
    exit(trigger) {
      exits.add(1, { [ATTR_TRADING_EXIT_TRIGGER]: trigger });
    },
    complianceEvent(event) {
      complianceEvents.add(1, { [ATTR_TRADING_COMPLIANCE_EVENT]: event });
    },
  };
}
