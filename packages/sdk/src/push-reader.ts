import { type AggregationTemporality, type InstrumentType, MetricReader } from '@opentelemetry/sdk-metrics';
import { type DeliveryOptions, deliver, type Outcome, type Sender } from './delivery.ts';
import { log } from './diagnostics.ts';

/** What {@link PushReader} needs to know. */
export interface PushReaderOptions {
  readonly sender: Sender;
  readonly temporalityOf: (type: InstrumentType) => AggregationTemporality;
  /** Whether an export carries everything that the ones before it did. */
  readonly isCumulative: boolean;
  readonly intervalMillis: number;
  /** How long one export may take, with everything that it tries. */
  readonly timeoutMillis: number;
  /** How long a flush may take. */
  readonly flushTimeoutMillis: number;
  /** Where it goes, for messages. */
  readonly destination: string;
  /** What becomes of what a failed export carried. */
  readonly consequence: string;
  /** What the user might do about this failure, in parentheses; empty when nothing is known. */
  readonly hint: (error: unknown) => string;
}

/** An export that is under way. */
interface Run {
  readonly controller: AbortController;
  /** Resolves when it is over, however it ended. */
  readonly done: Promise<void>;
  /** Resolves when its first attempt has failed. */
  readonly stuck: Promise<void>;
}

// The rest of the time that a flush has is for the export that carries everything.
const patienceShare = 1 / 3;
const longestQuietMillis = 5 * 60_000;
// How long observable callbacks may take, as for a scrape.
const longestCollectMillis = 5_000;

/**
 * Collects and sends on an interval, one export at a time, and tells when exports begin to fail and when they work
 * again: once each, whatever the number.
 *
 * OpenTelemetry's own periodic reader lets a flush wait for an export that hangs until the time is up, and keeps the
 * process alive for it.
 */
export class PushReader extends MetricReader {
  readonly #options: PushReaderOptions;
  #interval: NodeJS.Timeout | undefined;
  #underWay: Run | undefined;
  #next: Promise<void> | undefined;
  #isInsisting = false;
  #isAbandoned = false;
  #quietUntil = 0;
  #failures = 0;
  #retried: unknown;
  #isLossTold = false;
  #isComplaintTold = false;
  #isTroubleTold = false;

  constructor(options: PushReaderOptions) {
    super({ aggregationTemporalitySelector: options.temporalityOf });
    this.#options = options;
  }

  /** Why the export under way is not done yet; `undefined` when no attempt has failed. */
  get trouble(): string | undefined {
    return this.#retried === undefined ? undefined : this.#describe(this.#retried);
  }

  /**
   * The process is about to end: an export that a flush asks for is tried for as long as the flush has time, because no
   * next one carries what it does not.
   */
  insist(): void {
    this.#isInsisting = true;
  }

  /** Gives up what is under way, so that the process can end. */
  abandon(): void {
    this.#isAbandoned = true;
    clearInterval(this.#interval);
    this.#underWay?.controller.abort();
  }

  protected override onInitialized(): void {
    this.#interval = setInterval(() => {
      if (this.#underWay === undefined && performance.now() >= this.#quietUntil) void this.#export(false);
    }, this.#options.intervalMillis).unref();
  }

  protected override onForceFlush(): Promise<void> {
    // Whoever asks before the next export collects is served by it.
    this.#next ??= this.#exportNext();
    return this.#next;
  }

  protected override async onShutdown(): Promise<void> {
    clearInterval(this.#interval);
    this.insist();
    await this.onForceFlush();
    await this.#options.sender.shutdown();
  }

  async #exportNext(): Promise<void> {
    await this.#endUnderWay();
    this.#next = undefined;
    await this.#export(true);
  }

  /** The Collector may hang, or be away for a moment: the flush has no time to wait until that is found out. */
  async #endUnderWay(): Promise<void> {
    const run = this.#underWay;
    if (run === undefined) return;
    const { isCumulative, flushTimeoutMillis } = this.#options;
    if (!isCumulative) {
      await run.done;
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, flushTimeoutMillis * patienceShare);
    });
    await Promise.race([run.done, run.stuck, patience]);
    clearTimeout(timer);
    run.controller.abort();
    await run.done;
  }

  async #export(isAwaited: boolean): Promise<void> {
    if (this.#isAbandoned) return;
    const controller = new AbortController();
    const stuck = Promise.withResolvers<void>();
    const done = this.#run(controller, isAwaited, stuck.resolve);
    const run: Run = { controller, done, stuck: stuck.promise };
    this.#underWay = run;
    await done;
    this.#underWay = undefined;
  }

  async #run(controller: AbortController, isAwaited: boolean, onStuck: () => void): Promise<void> {
    const { signal } = controller;
    const aborted = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    this.#retried = undefined;
    const onRetry = (error: unknown): void => {
      this.#retried = error;
      onStuck();
    };
    const delivered = this.#deliver({ signal, isAwaited, onRetry }).catch(
      (error: unknown): Outcome => ({ error: error ?? new Error('no reason is given') }),
    );
    const outcome = await Promise.race([delivered, aborted]);
    // ends what is left of it
    controller.abort();
    if (outcome !== undefined) this.#tell(outcome, isAwaited && this.#isInsisting);
  }

  async #deliver(options: Omit<DeliveryOptions, 'timeoutMillis' | 'limitMillis'>): Promise<Outcome | undefined> {
    const { timeoutMillis, flushTimeoutMillis, sender } = this.#options;
    const collectMillis = Math.min(timeoutMillis, longestCollectMillis);
    const { resourceMetrics, errors } = await this.collect({ timeoutMillis: collectMillis });
    this.#tellTrouble(errors);
    if (resourceMetrics.scopeMetrics.length === 0) return undefined;
    const attempt = await sender.prepare(resourceMetrics);
    const isLast = options.isAwaited && this.#isInsisting;
    const limitMillis = isLast ? Math.max(timeoutMillis, flushTimeoutMillis) : timeoutMillis;
    return deliver(attempt, { ...options, timeoutMillis, limitMillis });
  }

  #tell({ error, retryAfterMillis = 0, complaint }: Outcome, isLast: boolean): void {
    if (error !== undefined) {
      this.#quietUntil = performance.now() + Math.min(retryAfterMillis, longestQuietMillis);
      if (isLast) this.#tellLoss(error);
      else this.#tellFailure(error);
      return;
    }
    const { destination } = this.#options;
    if (this.#failures > 0) {
      log.warn(`the export to ${destination} works again, after ${this.#failures} that failed.`);
      this.#failures = 0;
    }
    if (complaint !== undefined && !this.#isComplaintTold) {
      log.warn(`${destination} has taken the export but for a part: ${complaint}. Told once.`);
    }
    this.#isComplaintTold = complaint !== undefined;
  }

  #tellFailure(error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    log.warn(
      `${this.#describe(error)}. The bot is not affected, and ${this.#options.consequence}. Told once, and again when it works.`,
    );
  }

  #tellLoss(error: unknown): void {
    if (!this.#isLossTold) {
      log.warn(`${this.#describe(error)}. It was the last one: what was recorded since the one before may be lost.`);
    }
    this.#isLossTold = true;
  }

  #describe(error: unknown): string {
    const { destination, hint } = this.#options;
    return `the export to ${destination} fails: ${reasonOf(error)}${hint(error)}`;
  }

  #tellTrouble(errors: readonly unknown[]): void {
    if (errors.length > 0 && !this.#isTroubleTold) {
      log.warn(`${errors.length} of the metrics could not be read for the export: ${reasonOf(errors[0])}. Told once.`);
    }
    this.#isTroubleTold = errors.length > 0;
  }
}

/** A line for any error: a refused connection to a name with several addresses comes without a message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const text = error.message || (first instanceof Error ? first.message : '') || error.name;
  const isTold = (typeof code !== 'string' && typeof code !== 'number') || text.includes(`${code}`);
  return isTold ? text : `${text} (${code})`;
}
