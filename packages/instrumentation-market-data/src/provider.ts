import {
  type BoundSum,
  errorType,
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

/** Whether a provider answers. */
export type ProviderState = AttributesOf<typeof tradingProviderStatus>[typeof ATTR_TRADING_PROVIDER_STATE];

/** A request that somebody else made and timed. */
export interface ProviderRequest {
  /** The endpoint, without ids in it: `quotes`, `GET /v2/bars`. */
  readonly operation: string;
  readonly durationSeconds: number;
  /** What it failed with: an error, an HTTP status; left out or `null`, it did not fail. */
  readonly error?: unknown;
}

/** An outside API. No verb of it ever throws; only what the given function throws reaches the caller. */
export interface Provider {
  readonly name: string;
  /** The state that is reported. */
  readonly state: ProviderState;
  /**
   * Makes a request: calls `request` once and hands on what it gives, sync or async. Records how long it took, with
   * `error.type` when it fails or gives a `Response` that is not ok; counts a refusal for too many requests; and derives
   * the state from it, unless the options say otherwise: any answer, HTTP 4xx too, shows that the provider is there, and
   * what the bot itself gave up or did wrong says nothing.
   */
  call<R>(operation: string, request: () => R): Settled<R>;
  /** A request was made and timed by somebody else. Does what `call` does. */
  request(request: ProviderRequest): void;
  /** Starts to time a request that is no function. Takes no part in the state or the rate limits. */
  start(operation: string): RunningTimer;
  /** It refused because there were too many requests. `call` sees that by itself where it can. */
  rateLimited(): void;
  /** It answers, whatever was seen. */
  available(): void;
  /** It does not answer, whatever was seen; the next request that succeeds says otherwise. */
  unavailable(): void;
}

interface ProviderParts {
  readonly meter: Meter;
  readonly durations: Histogram<typeof tradingProviderRequestDuration>;
  readonly rateLimitHits: BoundSum;
  readonly report: (state: ProviderState) => void;
  readonly isRateLimit: (answer: unknown) => boolean;
  readonly availabilityOf: (answer: unknown) => Availability;
  /** 0: only the bot says it. */
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
    // Each by itself: what an option answers too late, or not at all, is told, and says nothing.
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
        // A callback of Node's kind gives null where nothing failed.
        const hasFailed = error !== undefined && error !== null;
        durations.record(durationSeconds, {
          ...attributesOf(operation),
          ...(hasFailed && { [ATTR_ERROR_TYPE]: errorType(error, name) }),
        });
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
