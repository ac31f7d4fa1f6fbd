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
  /** How long one attempt may take. */
  readonly timeoutMillis: number;
  /** How long all attempts may take together. */
  readonly limitMillis: number;
  /** Called with the reason when an attempt has failed and another one will follow. */
  readonly onRetry: (error: unknown) => void;
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
  const { timeoutMillis, limitMillis, onRetry } = options;
  const deadline = performance.now() + limitMillis;
  for (let pauseMillis = firstPauseMillis; ; pauseMillis = Math.min(pauseMillis * pauseFactor, longestPauseMillis)) {
    const attemptMillis = Math.min(timeoutMillis, deadline - performance.now());
    const outcome = await attemptWithin(attemptMillis, attempt, options);
    if (outcome.error === undefined || outcome.isTransient !== true) return outcome;
    const millis = Math.max(pauseMillis * (1 + jitter * (2 * Math.random() - 1)), outcome.retryAfterMillis ?? 0);
    if (performance.now() + millis >= deadline) return outcome;
    onRetry(outcome.error);
    await pause(millis, options);
  }
}

async function attemptWithin(millis: number, attempt: Attempt, options: DeliveryOptions): Promise<Outcome> {
  const { signal, isAwaited, timeoutMillis } = options;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener('abort', abort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<Outcome>((resolve) => {
    const error = new Error(`no answer within ${timeoutMillis} ms`);
    timer = setTimeout(resolve, millis, { error, isTransient: true });
    if (!isAwaited) timer.unref();
  });
  try {
    return await Promise.race([attempt({ signal: controller.signal, isAwaited }), timedOut]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    // ends what is left of it
    abort();
  }
}

function pause(millis: number, { signal, isAwaited }: AttemptOptions): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    if (!isAwaited) timer.unref();
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
