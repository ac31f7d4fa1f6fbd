import {
  createInstrumentationMeter,
  errorType,
  handlesByName,
  type InstrumentationOptions,
  type OptionCheck,
  type Settled,
  whenSettled,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  ATTR_TRADING_ALERT_CATEGORY,
  ATTR_TRADING_ALERT_CHANNEL,
  ATTR_TRADING_COMPONENT,
  ATTR_TRADING_DEPENDENCY_NAME,
  ATTR_TRADING_DEPENDENCY_STATE,
  ATTR_TRADING_ERROR_SEVERITY,
  type AttributesOf,
  METRIC_TRADING_ALERT_SENT,
  METRIC_TRADING_ERRORS,
  tradingAlertSent,
  tradingDependencyCheckDuration,
  tradingDependencyStatus,
  tradingErrors,
} from '@trademeter/semantic-conventions';
import { createDependency, type Dependency } from './dependency.ts';
import type { DependencyCheck } from './dependency-check.ts';
import { type Timers, unrefTimers } from './timers.ts';
import { version } from './version.ts';

/** The severity of an error. */
export type ErrorSeverity = AttributesOf<typeof tradingErrors>[typeof ATTR_TRADING_ERROR_SEVERITY];

/** Options of {@link instrumentRuntime}. */
export interface RuntimeOptions extends InstrumentationOptions {
  /**
   * `{ setTimeout, clearTimeout }` of dependency checks, for tests.
   *
   * @default the machine's timers, which do not keep the process alive
   */
  readonly timers?: Timers | undefined;
}

/** The component and severity of an error. */
export interface ErrorFacts {
  /** The part of the bot: `order_router`, `news_feed`. Use few. */
  readonly component: string;
  /** Default: `error`. */
  readonly severity?: ErrorSeverity | undefined;
}

/** Alerts that were sent to people. */
export interface AlertSent {
  /** The subject: `risk`, `earnings`. Use few. */
  readonly category: string;
  /** The channel: `telegram`, `email`. */
  readonly channel?: string | undefined;
  /** The number of alerts. Default: 1. */
  readonly count?: number | undefined;
}

/** Counts alerts of one category to one channel. */
export interface Alert {
  /** Counts one alert. */
  sent(): void;
}

/** Records errors, alerts and dependencies. No verb throws; only errors of passed functions reach the caller. */
export interface RuntimeMetrics {
  /**
   * Counts an error; its severity is `warning`, `error` (the default) or `critical`. Its `error.type` is its class, its
   * code or its HTTP status, never its message.
   */
  error(error: unknown, facts: ErrorFacts): void;
  /** Calls `fn` once, sync or async, and returns its result. Counts its error. */
  watch<R>(fn: () => R, facts: ErrorFacts): Settled<R>;
  /** Returns the handle of alerts of one kind, with `sent()`. Its series starts at 0. */
  alert(alert: Omit<AlertSent, 'count'>): Alert;
  /** Counts alerts that were sent to people. */
  alertSent(alert: AlertSent): void;
  /** Returns the handle of a dependency; the same one for the same name. It starts as up. */
  dependency(name: string): Dependency;
  /** Ends the checks of all dependencies. Needed only if the bot continues without them. */
  stop(): void;
}

const anyTimers: OptionCheck = {
  allowed: 'an object with setTimeout and clearTimeout',
  accepts: (value) => {
    const { setTimeout, clearTimeout } = (value ?? {}) as Record<string, unknown>;
    return typeof setTimeout === 'function' && typeof clearTimeout === 'function';
  },
};

/**
 * Creates the metrics of errors, alerts and dependencies. {@link runtimeInstrumentations} records the process and the
 * machine.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) if an option is invalid
 * @example
 * const runtime = instrumentRuntime();
 * runtime.dependency('redis').check(() => redis.ping(), { everyMillis: 15_000 });
 * try {
 *   await tick();
 * } catch (error) {
 *   runtime.error(error, { component: 'main_loop', severity: 'critical' });
 * }
 */
export function instrumentRuntime(options?: RuntimeOptions): RuntimeMetrics {
  const meter = createInstrumentationMeter({
    domain: 'runtime',
    version,
    options,
    checks: {
      timers: anyTimers,
    },
  });
  const { timers = unrefTimers } = options ?? {};
  const errors = meter.counter(tradingErrors);
  const alerts = meter.counter(tradingAlertSent);
  const dependencyStatus = meter.status(tradingDependencyStatus, ATTR_TRADING_DEPENDENCY_STATE);
  const checkDurations = meter.histogram(tradingDependencyCheckDuration);
  const checks = new Set<DependencyCheck>();

  function countError(error: unknown, facts: ErrorFacts): void {
    meter.attempt(METRIC_TRADING_ERRORS, () => {
      const { component, severity = 'error' } = facts;
      errors.add(1, {
        [ATTR_TRADING_COMPONENT]: component,
        [ATTR_ERROR_TYPE]: errorType(error),
        [ATTR_TRADING_ERROR_SEVERITY]: severity,
      });
    });
  }

  function makeDependency(name: string): Dependency {
    const attributes = { [ATTR_TRADING_DEPENDENCY_NAME]: name };
    return createDependency(name, {
      meter,
      timers,
      checks,
      durations: checkDurations,
      attributes,
      report: (state) => dependencyStatus.set(state, attributes),
    });
  }

  return {
    error: countError,
    watch<R>(fn: () => R, facts: ErrorFacts): Settled<R> {
      return whenSettled(
        () => fn(),
        (failure) => {
          if (failure !== undefined) countError(failure.error, facts);
        },
      );
    },
    alert(alert) {
      const bound = meter.attempt(METRIC_TRADING_ALERT_SENT, () => {
        const attributes = alertAttributes(alert);
        alerts.initialize(attributes);
        return alerts.bind(attributes);
      });
      return { sent: () => bound?.add() };
    },
    alertSent(alert) {
      meter.attempt(METRIC_TRADING_ALERT_SENT, () => alerts.add(alert.count ?? 1, alertAttributes(alert)));
    },
    dependency: handlesByName('dependency', makeDependency),
    stop() {
      for (const check of checks) check.stop();
    },
  };
}

function alertAttributes({ category, channel }: Omit<AlertSent, 'count'>): AttributesOf<typeof tradingAlertSent> {
  return { [ATTR_TRADING_ALERT_CATEGORY]: category, [ATTR_TRADING_ALERT_CHANNEL]: channel };
}
