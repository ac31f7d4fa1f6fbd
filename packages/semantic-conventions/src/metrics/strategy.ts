// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from '../definition.ts';

/** The name of {@link tradingSignalGenerated}. */
export const METRIC_TRADING_SIGNAL_GENERATED = 'trading.signal.generated' as const;

/**
 * Signals of a strategy.
 *
 * A counter, unit `{signal}`, in Prometheus `trading_signal_generated_total`.
 */
export const tradingSignalGenerated = {
  name: 'trading.signal.generated',
  instrument: 'counter',
  unit: '{signal}',
  description: 'Signals of a strategy.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'required' },
    'trading.signal.type': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'hold'], open: true },
    'trading.symbol': { type: 'string', requirement: 'recommended' },
  },
  cardinalityLimit: 10_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingSignalConfidence}. */
export const METRIC_TRADING_SIGNAL_CONFIDENCE = 'trading.signal.confidence' as const;

/**
 * Confidence of a signal, from 0 to 1.
 *
 * A histogram, unit `1`, in Prometheus `trading_signal_confidence`.
 */
export const tradingSignalConfidence = {
  name: 'trading.signal.confidence',
  instrument: 'histogram',
  unit: '1',
  description: 'Confidence of a signal, from 0 to 1.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'required' },
    'trading.signal.type': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'hold'], open: true },
  },
  boundaries: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingSignalGenerationDuration}. */
export const METRIC_TRADING_SIGNAL_GENERATION_DURATION = 'trading.signal.generation.duration' as const;

/**
 * Time to generate a signal.
 *
 * A histogram, unit `s`, in Prometheus `trading_signal_generation_duration_seconds`.
 */
export const tradingSignalGenerationDuration = {
  name: 'trading.signal.generation.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time to generate a signal.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingSignalOrderDuration}. */
export const METRIC_TRADING_SIGNAL_ORDER_DURATION = 'trading.signal.order.duration' as const;

/**
 * Time from a signal until its order was placed.
 *
 * A histogram, unit `s`, in Prometheus `trading_signal_order_duration_seconds`.
 */
export const tradingSignalOrderDuration = {
  name: 'trading.signal.order.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time from a signal until its order was placed.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingDecisionDuration}. */
export const METRIC_TRADING_DECISION_DURATION = 'trading.decision.duration' as const;

/**
 * Time from a signal to the decision on it.
 *
 * A histogram, unit `s`, in Prometheus `trading_decision_duration_seconds`.
 */
export const tradingDecisionDuration = {
  name: 'trading.decision.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time from a signal to the decision on it.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'required' },
    'trading.decision.action': {
      type: 'string',
      requirement: 'recommended',
      values: ['buy', 'sell', 'hold'],
      open: true,
    },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingStrategyEvaluationDuration}. */
export const METRIC_TRADING_STRATEGY_EVALUATION_DURATION = 'trading.strategy.evaluation.duration' as const;

/**
 * Time of one evaluation of a strategy.
 *
 * A histogram, unit `s`, in Prometheus `trading_strategy_evaluation_duration_seconds`.
 */
export const tradingStrategyEvaluationDuration = {
  name: 'trading.strategy.evaluation.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time of one evaluation of a strategy.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingStrategyStatus}. */
export const METRIC_TRADING_STRATEGY_STATUS = 'trading.strategy.status' as const;

/**
 * Whether a strategy is in this state (1) or not (0). One series for each state: 1 for the current state, 0 for the
 * others.
 *
 * An updowncounter, unit `{strategy}`, in Prometheus `trading_strategy_status`.
 */
export const tradingStrategyStatus = {
  name: 'trading.strategy.status',
  instrument: 'updowncounter',
  unit: '{strategy}',
  description: 'Whether a strategy is in this state (1) or not (0).',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'required' },
    'trading.strategy.state': { type: 'string', requirement: 'required', values: ['active', 'paused', 'stopped'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingCycleDuration}. */
export const METRIC_TRADING_CYCLE_DURATION = 'trading.cycle.duration' as const;

/**
 * Time of one pass of the main loop.
 *
 * A histogram, unit `s`, in Prometheus `trading_cycle_duration_seconds`.
 */
export const tradingCycleDuration = {
  name: 'trading.cycle.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time of one pass of the main loop.',
  attributes: {
    'trading.strategy.name': { type: 'string', requirement: 'recommended' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.1, 0.5, 1, 5, 10, 15, 30, 45, 60, 120, 300],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingCycleAge}. */
export const METRIC_TRADING_CYCLE_AGE = 'trading.cycle.age' as const;

/**
 * Time since the last successful pass of the main loop. Computed at collection, so that it grows while the loop hangs
 * or fails.
 *
 * A gauge, unit `s`, in Prometheus `trading_cycle_age_seconds`.
 */
export const tradingCycleAge = {
  name: 'trading.cycle.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Time since the last successful pass of the main loop.',
  attributes: { 'trading.strategy.name': { type: 'string', requirement: 'recommended' } },
} as const satisfies MetricDefinition;

/** Strategy: every metric of the domain. */
export const strategyMetrics: readonly MetricDefinition[] = [
  tradingSignalGenerated,
  tradingSignalConfidence,
  tradingSignalGenerationDuration,
  tradingSignalOrderDuration,
  tradingDecisionDuration,
  tradingStrategyEvaluationDuration,
  tradingStrategyStatus,
  tradingCycleDuration,
  tradingCycleAge,
];
