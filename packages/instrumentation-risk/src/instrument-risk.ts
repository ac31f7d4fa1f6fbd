import { createInstrumentationMeter, type Figure, handlesByName, readFigure } from '@trademeter/instrumentation';
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

/** Why risk management rejected an order. */
export interface RiskRejection {
  /** The reasons, each counted once: `max_position`, `daily_loss`, … Use few, without ids or figures. */
  readonly reasons: readonly string[];
  /** Default: the option `strategy`. */
  readonly strategy?: string | undefined;
}

/** The size of a new position. Set the confidence, or its band. */
export interface PositionSize {
  /** The share of the equity: 0.05 is 5%. */
  readonly fraction: Figure;
  /** The confidence of the signal, from 0 to 1. */
  readonly confidence?: Figure | null | undefined;
  /** The band of the confidence. Takes precedence over `confidence`. */
  readonly confidenceBand?: ConfidenceBand | null | undefined;
}

/** Records the metrics of risk. No verb throws; only errors of the function of a rule reach the caller. */
export interface RiskMetrics {
  /** The handle of the kill switch. */
  readonly killSwitch: KillSwitch;
  /** Returns the handle of a breaker; the same one for the same name. It starts closed and without trips. */
  breaker(name: string): Breaker;
  /** Returns the handle of a rule; the same one for the same name. Its series start at 0. */
  rule(name: string): Rule;
  /** Returns the handle of a limit; the same one for the same name. Its hits start at 0. */
  limit(name: string): Limit;
  /** Counts a rejected order, once for each reason. Use few reasons, without figures or ids. */
  reject(rejection: RiskRejection): void;
  /** Records the size of a new position, as a fraction of the equity (0.05 is 5%), by confidence band. */
  positionSize(size: PositionSize): void;
  /**
   * Counts the exit of a position, by trigger: `stop_loss`, `take_profit`, `trailing_stop`, `time`, `signal`,
   * `liquidation`.
   */
  exit(trigger: ExitTrigger): void;
  /** Counts an event of a compliance rule: `pdt_avoided`, `unsettled_cash`, or your own. */
  complianceEvent(event: ComplianceEvent): void;
}

/**
 * Creates the metrics of risk management: breakers, the kill switch, rules, limits, rejections, exits and compliance.
 *
 * Create one in a process. Two of them on the same provider write the same series: their counts add up, and if their
 * states differ, both are exported, so that an open breaker is never hidden.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) if an option is invalid
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
      utilization(ratio) {
        const figure = meter.figure(tradingRiskLimitUtilization.name, 'the utilization', ratio);
        if (figure !== undefined) utilization.set(figure);
      },
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
          throw new TypeError('reasons must be a list with at least one reason');
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
        const band = given ?? confidenceBand(readFigure(confidence), confidenceBands);
        if (band === undefined)
          throw new TypeError('confidence must be a number from 0 to 1 if confidenceBand is not set');
        const share = meter.figure(tradingRiskPositionSize.name, 'the fraction', fraction);
        if (share === undefined) return;
        positionSizes.record(share, { [ATTR_TRADING_SIGNAL_CONFIDENCE_BAND]: band });
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
