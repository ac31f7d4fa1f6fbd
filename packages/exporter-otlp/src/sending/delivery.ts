import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, DroppedPart } from '../collection.ts';

/** Outcome is the result of an attempt to send. */
export interface Outcome {
  /** Why it failed; `undefined` if it was accepted. */
  readonly error?: unknown;
  /** Whether a retry may help. */
  readonly isTransient?: boolean;
  /** The minimum time to wait before the next request, in milliseconds. */
  readonly retryAfterMillis?: number | undefined;
  /** What the receiver rejected or warned about in an accepted request, starting with a verb. */
  readonly complaint?: string | undefined;
  /** The number of data points rejected in an accepted request. */
  readonly rejectedDataPoints?: number | undefined;
}

/** AttemptOptions are the conditions of an attempt. */
export interface AttemptOptions {
  /** Cancels the attempt; its outcome is then ignored. */
  readonly signal: AbortSignal;
  /** Whether the attempt keeps the process alive. */
  readonly isAwaited: boolean;
}

/** Attempt sends the same request each time it is called. A rejection counts as a permanent failure. */
export type Attempt = (options: AttemptOptions) => Promise<Outcome>;

/** SendableRequest is one request of an export. */
export interface SendableRequest {
  readonly attempt: Attempt;
  readonly dataPoints: number;
}

/** RequestOptions are the conditions for creating requests. */
export interface RequestOptions {
  /** Stops creating requests. */
  readonly signal: AbortSignal;
  /** Called for each part of the collection that cannot be encoded. */
  readonly onDropped: (part: DroppedPart) => void;
}

/** Sender sends collections to a receiver. */
export interface Sender {
  /** Whether it accepts snapshots; otherwise collections contain data points only. */
  readonly takesSnapshots: boolean;
  /** The requests of a collection, each created when the iterator reaches it. */
  requests(collection: Collection, options: RequestOptions): AsyncIterable<SendableRequest>;
  /** Closes connections. */
  shutdown(): Promise<void>;
}

/** Options of {@link deliver}. */
export interface DeliveryOptions extends AttemptOptions {
  /** Milliseconds that one attempt may take. */
  readonly timeoutMillis: number;
  /** Milliseconds that all attempts together may take. */
  readonly limitMillis: number;
  /** Called with the error of a failed attempt that will be retried. */
  readonly onRetry: (error: unknown) => void;
}

const firstPauseMillis = 1_000;
const longestPauseMillis = 5_000;
const pauseFactor = 1.5;
const jitter = 0.2;

/**
 * Sends, and retries after growing pauses with jitter, or as the receiver asks, as long as there is time.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling
 */
export async function deliver(attempt: Attempt, options: DeliveryOptions): Promise<Outcome> {
  const { signal, timeoutMillis, limitMillis, onRetry } = options;
  const deadline = performance.now() + limitMillis;
  let left = limitMillis;
  let failure: Outcome | undefined;
  for (let pauseMillis = firstPauseMillis; ; pauseMillis = Math.min(pauseMillis * pauseFactor, longestPauseMillis)) {
    const outcome = signal.aborted ? canceled : await attemptWithin(Math.min(timeoutMillis, left), attempt, options);
    // An attempt cut short by the limit says less than the failure before it.
    if (outcome === unanswered && left < timeoutMillis && failure !== undefined) return failure;
    if (outcome === unanswered) failure = { ...outcome, error: new Error(`no answer within ${timeoutMillis} ms`) };
    else failure = outcome;
    if (failure.error === undefined || failure.isTransient !== true) return failure;
    const millis = Math.max(pauseMillis * (1 + jitter * (2 * Math.random() - 1)), failure.retryAfterMillis ?? 0);
    if (performance.now() + millis >= deadline) return failure;
    onRetry(failure.error);
    await pause(millis, options);
    left = deadline - performance.now();
    // The event loop was blocked for longer than the pause.
    if (left <= 0) return failure;
  }
}

const canceled: Outcome = { error: new Error('the export was canceled') };
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
    // Cancels an attempt that timed out.
    limit.abort();
  }
}

async function pause(millis: number, { signal, isAwaited }: AttemptOptions): Promise<void> {
  await sleep(millis, undefined, { signal, ref: isAwaited }).catch(() => undefined);
}
