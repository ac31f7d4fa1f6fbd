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

/** How bad an error is. */
export type ErrorSeverity = AttributesOf<typeof tradingErrors>[typeof ATTR_TRADING_ERROR_SEVERITY];

/** How {@link instrumentRuntime} measures. */
export interface RuntimeOptions extends InstrumentationOptions {
  /** What dependency checks wait with. Default: the machine's timers, which keep no process alive. */
  readonly timers?: Timers | undefined;
}

/** Where an error occurred, and how bad it is. */
export interface ErrorFacts {
  /** The part of the bot: `order_router`, `news_feed`; few. */
  readonly component: string;
  /** Default: `error`. */
  readonly severity?: ErrorSeverity | undefined;
}

/** An alert that was sent to people. */
export interface AlertSent {
  /** What it is about: `risk`, `earnings`; few. */
  readonly category: string;
  /** Where it went: `telegram`, `email`. */
  readonly channel?: string | undefined;
  /** How many. Default: 1. */
  readonly count?: number | undefined;
}

/** Alerts of one category, to one channel. */
export interface Alert {
  /** One was sent. */
  sent(): void;
}

/** The verbs of the runtime. None of them ever throws; only what a given function throws reaches the caller. */
export interface RuntimeMetrics {
  /** Something went wrong. Its `error.type` is its class, its code or its HTTP status, never its message. */
  error(error: unknown, facts: ErrorFacts): void;
  /** Calls `fn` once and hands on what it gives, sync or async; counts what it throws as an error. */
  watch<R>(fn: () => R, facts: ErrorFacts): Settled<R>;
  /** Alerts of a kind that is known beforehand: they exist from here on, at 0. */
  alert(alert: Omit<AlertSent, 'count'>): Alert;
  /** Alerts were sent. */
  alertSent(alert: AlertSent): void;
  /** Something that the bot cannot do without; the same one each time. Its status exists from here on, as up. */
  dependency(name: string): Dependency;
  /** Ends the checks of all dependencies. Nothing needs it but a bot that goes on without them. */
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
 * Measures what goes wrong in a bot and what it hangs on: errors, alerts, dependencies. What the process and its
 * machine do is measured by {@link runtimeInstrumentations}.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) when an option is wrong
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
