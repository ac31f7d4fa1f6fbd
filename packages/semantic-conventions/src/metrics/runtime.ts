// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from '../definition.ts';

/** The name of {@link tradingErrors}. */
export const METRIC_TRADING_ERRORS = 'trading.errors' as const;

/**
 * Errors, by part of the bot.
 *
 * A counter, unit `{error}`, in Prometheus `trading_errors_total`.
 */
export const tradingErrors = {
  name: 'trading.errors',
  instrument: 'counter',
  unit: '{error}',
  description: 'Errors, by part of the bot.',
  attributes: {
    'trading.component': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'required', values: ['_OTHER'], open: true },
    'trading.error.severity': { type: 'string', requirement: 'required', values: ['warning', 'error', 'critical'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link trademeterMeasurementDropped}. */
export const METRIC_TRADEMETER_MEASUREMENT_DROPPED = 'trademeter.measurement.dropped' as const;

/**
 * Measurements, or parts of them, that were not recorded, by reason. More than 0 means that a call to an
 * instrumentation is wrong. Each kind is logged once.
 *
 * A counter, unit `{measurement}`, in Prometheus `trademeter_measurement_dropped_total`.
 */
export const trademeterMeasurementDropped = {
  name: 'trademeter.measurement.dropped',
  instrument: 'counter',
  unit: '{measurement}',
  description: 'Measurements, or parts of them, that were not recorded, by reason.',
  attributes: {
    'trademeter.drop.reason': {
      type: 'string',
      requirement: 'required',
      values: [
        'invalid_value',
        'negative_value',
        'infinite_sum',
        'missing_attribute',
        'invalid_attribute',
        'unknown_attribute',
        'attribute_too_long',
        'invalid_argument',
        'too_many_series',
        'failing_callback',
        'sdk_error',
      ],
    },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingAlertSent}. */
export const METRIC_TRADING_ALERT_SENT = 'trading.alert.sent' as const;

/**
 * Alerts that the bot sent to people.
 *
 * A counter, unit `{alert}`, in Prometheus `trading_alert_sent_total`.
 */
export const tradingAlertSent = {
  name: 'trading.alert.sent',
  instrument: 'counter',
  unit: '{alert}',
  description: 'Alerts that the bot sent to people.',
  attributes: {
    'trading.alert.category': { type: 'string', requirement: 'required' },
    'trading.alert.channel': { type: 'string', requirement: 'recommended' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingDependencyStatus}. */
export const METRIC_TRADING_DEPENDENCY_STATUS = 'trading.dependency.status' as const;

/**
 * Whether a dependency is in this state (1) or not (0). One series for each state: 1 for the current state, 0 for the
 * others.
 *
 * An updowncounter, unit `{dependency}`, in Prometheus `trading_dependency_status`.
 */
export const tradingDependencyStatus = {
  name: 'trading.dependency.status',
  instrument: 'updowncounter',
  unit: '{dependency}',
  description: 'Whether a dependency is in this state (1) or not (0).',
  attributes: {
    'trading.dependency.name': { type: 'string', requirement: 'required' },
    'trading.dependency.state': { type: 'string', requirement: 'required', values: ['up', 'down'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingDependencyCheckDuration}. */
export const METRIC_TRADING_DEPENDENCY_CHECK_DURATION = 'trading.dependency.check.duration' as const;

/**
 * Time of a health check of a dependency.
 *
 * A histogram, unit `s`, in Prometheus `trading_dependency_check_duration_seconds`.
 */
export const tradingDependencyCheckDuration = {
  name: 'trading.dependency.check.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time of a health check of a dependency.',
  attributes: {
    'trading.dependency.name': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** Runtime: every metric of the domain. */
export const runtimeMetrics: readonly MetricDefinition[] = [
  tradingErrors,
  trademeterMeasurementDropped,
  tradingAlertSent,
  tradingDependencyStatus,
  tradingDependencyCheckDuration,
];
