import {
  type BoundSum,
  errorType,
  type Figure,
  type Histogram,
  type Meter,
  type RunningTimer,
  type Settled,
  whenSettled,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  ATTR_TRADING_PROVIDER_NAME,
  ATTR_TRADING_PROVIDER_OPERATION,
  type ATTR_TRADING_PROVIDER_STATE,
  type AttributesOf,
  METRIC_TRADING_PROVIDER_REQUEST_DURATION,
  type tradingProviderRequestDuration,
  type tradingProviderStatus,
} from '@trademeter/semantic-conventions';
import { type Availability, failedResponseStatus } from './answer.ts';

/** Whether a provider is available. */
export type ProviderState = AttributesOf<typeof tradingProviderStatus>[typeof ATTR_TRADING_PROVIDER_STATE];

/** A request that the caller made and timed. */
export interface ProviderRequest {
  /** The endpoint, without ids: `quotes`, `GET /v2/bars`. */
  readonly operation: string;
  readonly durationSeconds: Figure;
  /** The error or the HTTP status, if it failed; `null` counts as omitted. */
  readonly error?: unknown;
}

/** Records one outside API. No verb throws; only errors of the passed function reach the caller. */
export interface Provider {
  /** The name of the provider. */
  readonly name: string;
  /** The current state. */
  readonly state: ProviderState;
  /**
   * Calls `request` once, sync or async, returns its result, and records what is listed below.
   */
  call<R>(operation: string, request: () => R): Settled<R>;
  /** Records a request that the caller made and timed, like `call`. */
  request(request: ProviderRequest): void;
  /** Starts a timer of a request. It does not affect the state or the rate limit hits. */
  start(operation: string): RunningTimer;
  /** Counts a rate limit hit that `call` cannot see. */
  rateLimited(): void;
  /** Sets the state to available. */
  available(): void;
  /** Sets the state to unavailable, until the next successful request. */
  unavailable(): void;
}

interface ProviderParts {
  readonly meter: Meter;
  readonly durations: Histogram<typeof tradingProviderRequestDuration>;
  readonly rateLimitHits: BoundSum;
  readonly report: (state: ProviderState) => void;
  readonly isRateLimit: (answer: unknown) => boolean;
  readonly availabilityOf: (answer: unknown) => Availability;
  /** With 0, only the bot sets the state. */
  readonly unavailableAfterFailures: number;
}

export function createProvider(
  name: string,
  { meter, durations, rateLimitHits, report, isRateLimit, availabilityOf, unavailableAfterFailures }: ProviderParts,
): Provider {
  let state: ProviderState = 'available';
  let failures = 0;

  function enter(next: ProviderState): void {
    failures = 0;
    if (next === state) return;
    state = next;
    report(next);
  }

  function answered(): void {
    if (unavailableAfterFailures > 0) enter('available');
  }

  function failed(answer: unknown): void {
    // Called separately, so that one that throws or returns a promise is logged and does not affect the other.
    const isLimited = meter.attempt(METRIC_TRADING_PROVIDER_REQUEST_DURATION, () => isRateLimit(answer)) === true;
    if (isLimited) rateLimitHits.add();
    const availability = isLimited
      ? 'available'
      : meter.attempt(METRIC_TRADING_PROVIDER_REQUEST_DURATION, () => availabilityOf(answer));
    if (availability === 'available') answered();
    if (availability !== 'unavailable' || unavailableAfterFailures === 0) return;
    failures += 1;
    if (failures >= unavailableAfterFailures) enter('unavailable');
  }

  function attributesOf(operation: string): AttributesOf<typeof tradingProviderRequestDuration> {
    return { [ATTR_TRADING_PROVIDER_NAME]: name, [ATTR_TRADING_PROVIDER_OPERATION]: operation };
  }

  report(state);
  return {
    name,
    get state() {
      return state;
    },
    call<R>(operation: string, request: () => R): Settled<R> {
      const timer = durations.startTimer(attributesOf(operation));
      return whenSettled(
        () => request(),
        (failure, value) => {
          if (failure !== undefined) {
            timer.fail(failure.error);
            failed(failure.error);
          } else {
            const status = meter.attempt(METRIC_TRADING_PROVIDER_REQUEST_DURATION, () => failedResponseStatus(value));
            if (status === undefined) {
              answered();
            } else {
              timer.fail(status);
              failed(value);
            }
          }
          timer.stop();
        },
      );
    },
    request(given) {
      meter.attempt(METRIC_TRADING_PROVIDER_REQUEST_DURATION, () => {
        const { operation, durationSeconds, error } = given;
        // Node's callbacks pass null if nothing failed.
        const hasFailed = error !== undefined && error !== null;
        const seconds = meter.figure(METRIC_TRADING_PROVIDER_REQUEST_DURATION, 'durationSeconds', durationSeconds);
        if (seconds !== undefined) {
          durations.record(seconds, {
            ...attributesOf(operation),
            ...(hasFailed && { [ATTR_ERROR_TYPE]: errorType(error, name) }),
          });
        }
        if (hasFailed) failed(error);
        else answered();
      });
    },
    start: (operation) => durations.startTimer(attributesOf(operation)),
    rateLimited: () => rateLimitHits.add(),
    available: () => enter('available'),
    unavailable: () => enter('unavailable'),
  };
}
