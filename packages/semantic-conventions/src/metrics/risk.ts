// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from '../definition.ts';

/** The name of {@link tradingBreakerStatus}. */
export const METRIC_TRADING_BREAKER_STATUS = 'trading.breaker.status' as const;

/**
 * Whether a circuit breaker is in this state (1) or not (0); open means that trading is halted. One series for each
 * state: 1 for the current state, 0 for the others.
 *
 * An updowncounter, unit `{breaker}`, in Prometheus `trading_breaker_status`.
 */
export const tradingBreakerStatus = {
  name: 'trading.breaker.status',
  instrument: 'updowncounter',
  unit: '{breaker}',
  description: 'Whether a circuit breaker is in this state (1) or not (0); open means that trading is halted.',
  attributes: {
    'trading.breaker.name': {
      type: 'string',
      requirement: 'required',
      values: ['daily_loss', 'max_drawdown', 'error_rate'],
      open: true,
    },
    'trading.breaker.state': { type: 'string', requirement: 'required', values: ['closed', 'open', 'half_open'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingBreakerTrips}. */
export const METRIC_TRADING_BREAKER_TRIPS = 'trading.breaker.trips' as const;

/**
 * Times that a circuit breaker opened.
 *
 * A counter, unit `{trip}`, in Prometheus `trading_breaker_trips_total`.
 */
export const tradingBreakerTrips = {
  name: 'trading.breaker.trips',
  instrument: 'counter',
  unit: '{trip}',
  description: 'Times that a circuit breaker opened.',
  attributes: {
    'trading.breaker.name': {
      type: 'string',
      requirement: 'required',
      values: ['daily_loss', 'max_drawdown', 'error_rate'],
      open: true,
    },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingBreakerHaltDuration}. */
export const METRIC_TRADING_BREAKER_HALT_DURATION = 'trading.breaker.halt.duration' as const;

/**
 * Time for which a circuit breaker halted trading.
 *
 * A histogram, unit `s`, in Prometheus `trading_breaker_halt_duration_seconds`.
 */
export const tradingBreakerHaltDuration = {
  name: 'trading.breaker.halt.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time for which a circuit breaker halted trading.',
  attributes: {
    'trading.breaker.name': {
      type: 'string',
      requirement: 'required',
      values: ['daily_loss', 'max_drawdown', 'error_rate'],
      open: true,
    },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [1, 10, 60, 300, 900, 3600, 14400, 86400, 604800, 2592000],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingKillSwitchStatus}. */
export const METRIC_TRADING_KILL_SWITCH_STATUS = 'trading.kill_switch.status' as const;

/**
 * Whether the kill switch is in this state (1) or not (0). One series for each state: 1 for the current state, 0 for
 * the others.
 *
 * An updowncounter, unit `{kill_switch}`, in Prometheus `trading_kill_switch_status`.
 */
export const tradingKillSwitchStatus = {
  name: 'trading.kill_switch.status',
  instrument: 'updowncounter',
  unit: '{kill_switch}',
  description: 'Whether the kill switch is in this state (1) or not (0).',
  attributes: {
    'trading.kill_switch.state': { type: 'string', requirement: 'required', values: ['inactive', 'active'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingKillSwitchActivations}. */
export const METRIC_TRADING_KILL_SWITCH_ACTIVATIONS = 'trading.kill_switch.activations' as const;

/**
 * Times that the kill switch was activated.
 *
 * A counter, unit `{activation}`, in Prometheus `trading_kill_switch_activations_total`.
 */
export const tradingKillSwitchActivations = {
  name: 'trading.kill_switch.activations',
  instrument: 'counter',
  unit: '{activation}',
  description: 'Times that the kill switch was activated.',
  attributes: {},
} as const satisfies MetricDefinition;

/** The name of {@link tradingRuleChecks}. */
export const METRIC_TRADING_RULE_CHECKS = 'trading.rule.checks' as const;

/**
 * Checks of a risk rule, by result.
 *
 * A counter, unit `{check}`, in Prometheus `trading_rule_checks_total`.
 */
export const tradingRuleChecks = {
  name: 'trading.rule.checks',
  instrument: 'counter',
  unit: '{check}',
  description: 'Checks of a risk rule, by result.',
  attributes: {
    'trading.rule.name': { type: 'string', requirement: 'required' },
    'trading.rule.result': { type: 'string', requirement: 'required', values: ['pass', 'fail'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingRiskRejections}. */
export const METRIC_TRADING_RISK_REJECTIONS = 'trading.risk.rejections' as const;

/**
 * Trades that risk management rejected, once for each reason.
 *
 * A counter, unit `{rejection}`, in Prometheus `trading_risk_rejections_total`.
 */
export const tradingRiskRejections = {
  name: 'trading.risk.rejections',
  instrument: 'counter',
  unit: '{rejection}',
  description: 'Trades that risk management rejected, once for each reason.',
  attributes: {
    'trading.risk.reason': { type: 'string', requirement: 'required' },
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingRiskLimitHits}. */
export const METRIC_TRADING_RISK_LIMIT_HITS = 'trading.risk.limit.hits' as const;

/**
 * Times that a risk limit was reached.
 *
 * A counter, unit `{hit}`, in Prometheus `trading_risk_limit_hits_total`.
 */
export const tradingRiskLimitHits = {
  name: 'trading.risk.limit.hits',
  instrument: 'counter',
  unit: '{hit}',
  description: 'Times that a risk limit was reached.',
  attributes: { 'trading.risk.limit.name': { type: 'string', requirement: 'required' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingRiskLimitUtilization}. */
export const METRIC_TRADING_RISK_LIMIT_UTILIZATION = 'trading.risk.limit.utilization' as const;

/**
 * Share of a risk limit that is in use; above 1 if it is exceeded.
 *
 * A gauge, unit `1`, in Prometheus `trading_risk_limit_utilization_ratio`.
 */
export const tradingRiskLimitUtilization = {
  name: 'trading.risk.limit.utilization',
  instrument: 'gauge',
  unit: '1',
  description: 'Share of a risk limit that is in use; above 1 if it is exceeded.',
  attributes: { 'trading.risk.limit.name': { type: 'string', requirement: 'required' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingRiskPositionSize}. */
export const METRIC_TRADING_RISK_POSITION_SIZE = 'trading.risk.position_size' as const;

/**
 * Size of a new position as a fraction of equity.
 *
 * A histogram, unit `1`, in Prometheus `trading_risk_position_size`.
 */
export const tradingRiskPositionSize = {
  name: 'trading.risk.position_size',
  instrument: 'histogram',
  unit: '1',
  description: 'Size of a new position as a fraction of equity.',
  attributes: {
    'trading.signal.confidence_band': { type: 'string', requirement: 'required', values: ['low', 'medium', 'high'] },
  },
  boundaries: [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingPositionExits}. */
export const METRIC_TRADING_POSITION_EXITS = 'trading.position.exits' as const;

/**
 * Closed positions, by trigger.
 *
 * A counter, unit `{exit}`, in Prometheus `trading_position_exits_total`.
 */
export const tradingPositionExits = {
  name: 'trading.position.exits',
  instrument: 'counter',
  unit: '{exit}',
  description: 'Closed positions, by trigger.',
  attributes: {
    'trading.exit.trigger': {
      type: 'string',
      requirement: 'required',
      values: ['stop_loss', 'take_profit', 'trailing_stop', 'time', 'signal', 'liquidation'],
    },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingComplianceEvents}. */
export const METRIC_TRADING_COMPLIANCE_EVENTS = 'trading.compliance.events' as const;

/**
 * Events of compliance rules.
 *
 * A counter, unit `{event}`, in Prometheus `trading_compliance_events_total`.
 */
export const tradingComplianceEvents = {
  name: 'trading.compliance.events',
  instrument: 'counter',
  unit: '{event}',
  description: 'Events of compliance rules.',
  attributes: {
    'trading.compliance.event': {
      type: 'string',
      requirement: 'required',
      values: ['pdt_avoided', 'unsettled_cash'],
      open: true,
    },
  },
} as const satisfies MetricDefinition;

/** Risk: every metric of the domain. */
export const riskMetrics: readonly MetricDefinition[] = [
  tradingBreakerStatus,
  tradingBreakerTrips,
  tradingBreakerHaltDuration,
  tradingKillSwitchStatus,
  tradingKillSwitchActivations,
  tradingRuleChecks,
  tradingRiskRejections,
  tradingRiskLimitHits,
  tradingRiskLimitUtilization,
  tradingRiskPositionSize,
  tradingPositionExits,
  tradingComplianceEvents,
];
