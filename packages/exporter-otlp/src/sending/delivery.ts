import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, DroppedPart } from '../collection.ts';

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
  /** How many data points it rejected, although it took the rest. */
  readonly rejectedDataPoints?: number | undefined;
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

/** A request of an export. */
export interface SendableRequest {
  readonly attempt: Attempt;
  readonly dataPoints: number;
}

/** Under which conditions requests are made. */
export interface RequestOptions {
  /** Ends it: no further request is made. */
  readonly signal: AbortSignal;
  /** Called for each part of the collection that no request can carry. */
  readonly onDropped: (part: DroppedPart) => void;
}

/** A way to a receiver. */
export interface Sender {
  /** Whether it takes snapshots; otherwise its collections have data points only. */
  readonly takesSnapshots: boolean;
  /** The requests that carry a collection. The next one is made when it is asked for. */
  requests(collection: Collection, options: RequestOptions): AsyncIterable<SendableRequest>;
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
  const { signal, timeoutMillis, limitMillis, onRetry } = options;
  const deadline = performance.now() + limitMillis;
  let left = limitMillis;
  let failure: Outcome | undefined;
  for (let pauseMillis = firstPauseMillis; ; pauseMillis = Math.min(pauseMillis * pauseFactor, longestPauseMillis)) {
    const outcome = signal.aborted ? givenUp : await attemptWithin(Math.min(timeoutMillis, left), attempt, options);
    // What had only the rest of the time says less than what failed before.
    if (outcome === unanswered && left < timeoutMillis && failure !== undefined) return failure;
    if (outcome === unanswered) failure = { ...outcome, error: new Error(`no answer within ${timeoutMillis} ms`) };
    else failure = outcome;
    if (failure.error === undefined || failure.isTransient !== true) return failure;
    const millis = Math.max(pauseMillis * (1 + jitter * (2 * Math.random() - 1)), failure.retryAfterMillis ?? 0);
    if (performance.now() + millis >= deadline) return failure;
    onRetry(failure.error);
    await pause(millis, options);
    left = deadline - performance.now();
    // The bot was busy for longer than the pause.
    if (left <= 0) return failure;
  }
}

const givenUp: Outcome = { error: new Error('the export was canceled') };
const unanswered: Outcome = { error: new Error('no answer'), isTransient: true };

async function attemptWithin(millis: number, attempt: Attempt, options: AttemptOptions): Promise<Outcome> {
  const { signal, isAwaited } = options;
  const limit = new AbortController();
  const { promise: timedOut, resolve } = Promise.withResolvers<Outcome>();
  const timer = setTimeout(resolve, millis, unanswered);
  if (!isAwaited) timer.unref();
  try {
    return await Promise.race([attempt({ signal: AbortSignal.any([signal, limit.signal]), isAwaited }), timedOut]);
  } finally {
    clearTimeout(timer);
    // ends what is left of it
    limit.abort();
  }
}

async function pause(millis: number, { signal, isAwaited }: AttemptOptions): Promise<void> {
  await sleep(millis, undefined, { signal, ref: isAwaited }).catch(() => undefined);
}
