import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** What became of an attempt to deliver. */
export interface Outcome {
  /** Why it failed; `undefined` when it was taken. */
  readonly error?: unknown;
  /** Whether trying again may help. */
  readonly isTransient?: boolean;
  /** How long at least the receiver wants to be left alone. */
  readonly retryAfterMillis?: number | undefined;
  /** What the receiver did not like, although it took the rest. */
  readonly complaint?: string | undefined;
}

/** Under which conditions an attempt is made. */
export interface AttemptOptions {
  /** Ends the attempt; what it then comes to, nobody looks at. */
  readonly signal: AbortSignal;
  /** Whether the process waits for it, instead of ending when nothing else is left to do. */
  readonly isAwaited: boolean;
}

/** Delivers the same once more each time it is called. May reject, which counts as a failure for good. */
export type Attempt = (options: AttemptOptions) => Promise<Outcome>;

/** A way to a receiver. */
export interface Sender {
  /** Makes of a collection what is sent. */
  prepare(metrics: ResourceMetrics): Promise<Attempt>;
  /** Lets go of connections. */
  shutdown(): Promise<void>;
}

/** How {@link deliver} goes about it. */
export interface DeliveryOptions extends AttemptOptions {
  /** When it has to be done: `performance.now()`. */
  readonly deadline: number;
  /** Called when an attempt has failed and another one will follow. */
  readonly onRetry: () => void;
}

const firstPauseMillis = 1_000;
const longestPauseMillis = 5_000;
const pauseFactor = 1.5;
const jitter = 0.2;

/**
 * Attempts, and attempts again after pauses that grow and vary, or as the receiver asks, as long as there is time.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling
 */
export async function deliver(attempt: Attempt, options: DeliveryOptions): Promise<Outcome> {
  for (let pauseMillis = firstPauseMillis; ; pauseMillis = Math.min(pauseMillis * pauseFactor, longestPauseMillis)) {
    const outcome = await attempt(options);
    if (outcome.error === undefined || outcome.isTransient !== true) return outcome;
    const millis = Math.max(pauseMillis * (1 + jitter * (2 * Math.random() - 1)), outcome.retryAfterMillis ?? 0);
    if (performance.now() + millis >= options.deadline) return outcome;
    options.onRetry();
    await pause(millis, options);
  }
}

function pause(millis: number, { signal, isAwaited }: AttemptOptions): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    if (!isAwaited) timer.unref();
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
