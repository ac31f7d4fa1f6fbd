import { context } from '@opentelemetry/api';
import type { MetricDescriptor, MetricProducer, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import {
  anyBoolean,
  anyFunction,
  anyObject,
  checkOptions,
  describeError,
  hasMethods,
  listOf,
  nonEmptyString,
  type OptionCheck,
  oneOf,
  plainText,
  timerMillis,
  within,
} from '@trademeter/config';
import {
  AggregationType,
  GuardedProducer,
  InstrumentType,
  ProducerError,
  SettledResources,
  type Snapshot,
  SnapshotReader,
  type SnapshotSeries,
} from '@trademeter/metric-store';
import { type Collection, carriesIncrements, type DroppedPart, isEmpty } from './collection.ts';
import type { ExportEnd, ExportObserver } from './export-observer.ts';
import { guardedHint, guardedObserver, guardedWarn } from './guarded-callbacks.ts';
import { log } from './log.ts';
import { type Attempt, type DeliveryOptions, deliver, type Outcome, type Sender } from './sending/delivery.ts';
import { suppressTracing } from './sending/suppress-tracing.ts';
import { type Temporality, temporalities, temporalitySelector } from './temporality.ts';

/** Options of a {@link PushReader}. */
export interface PushReaderOptions {
  /** How to send, made by one of the functions above. */
  readonly sender: Sender;
  /** The name of the receiver in messages, such as its URL. */
  readonly destination: string;
  /** Further sources of metrics. */
  readonly metricProducers?: readonly MetricProducer[] | undefined;
  /**
   * Whether values count from the start or from the last export; `lowmemory` chooses what needs less memory.
   *
   * @default `cumulative`
   */
  readonly temporality?: Temporality | undefined;
  /**
   * Whether histograms have exponential buckets, unless a view says otherwise.
   *
   * @default false: explicit buckets
   */
  readonly hasExponentialHistograms?: boolean | undefined;
  /**
   * Milliseconds between exports.
   *
   * @default 60,000
   */
  readonly intervalMillis?: number | undefined;
  /**
   * Milliseconds that a request may take, retries included.
   *
   * @default 10,000
   */
  readonly timeoutMillis?: number | undefined;
  /**
   * Milliseconds that a flush may take.
   *
   * @default 3,000
   */
  readonly flushTimeoutMillis?: number | undefined;
  /** Returns advice about a failure, which messages show in parentheses; an empty text for none. */
  readonly hint?: ((error: unknown) => string) | undefined;
  /** Sees every request, result and drop, for example to measure them. */
  readonly observer?: ExportObserver | undefined;
  /**
   * Logs one message.
   *
   * @default OpenTelemetry's `diag`
   */
  readonly warn?: ((message: string) => void) | undefined;
}

type PushReaderSettings = { readonly [Name in keyof PushReaderOptions]-?: NonNullable<PushReaderOptions[Name]> };

const checks: Readonly<Record<keyof PushReaderOptions, OptionCheck>> = {
  sender: { allowed: 'a sender, such as createHttpSender makes', accepts: (value) => hasMethods(value, 'requests') },
  destination: nonEmptyString,
  metricProducers: listOf({ accepts: (value) => hasMethods(value, 'collect') }, 'OpenTelemetry metric producers'),
  temporality: oneOf(...temporalities),
  hasExponentialHistograms: anyBoolean,
  intervalMillis: timerMillis,
  timeoutMillis: timerMillis,
  flushTimeoutMillis: timerMillis,
  hint: anyFunction,
  observer: anyObject,
  warn: anyFunction,
};

/** Why an export happens: on the interval, for a flush, or for the flush at the end of the process. */
type Cause = 'interval' | 'flush' | 'end';

/** A running export. */
interface Run {
  readonly cause: Cause;
  /** Whether to send only if something was recorded since the last export of this kind. */
  readonly onlyIfChanged: boolean;
  readonly controller: AbortController;
  /** Resolves when it ends, successful or not. */
  readonly done: Promise<void>;
  /** Resolves when its first attempt has failed. */
  readonly stuck: Promise<void>;
  /** Its state for messages: `has not been answered`. */
  state: string;
  /** Whether its failure was already reported, after the first or last attempt. */
  hasFailed: boolean;
  /** Reports the end of the current request to the observer; `undefined` while no request is running. */
  end: ((end: ExportEnd) => void) | undefined;
}

/** A flush that has not started to collect; further flushes share it. */
interface Flush {
  cause: Exclude<Cause, 'interval'>;
  onlyIfChanged: boolean;
  isCanceled: boolean;
  done: Promise<void>;
}

// A missing receiver should be noticed at once, not after the first interval.
const firstExportMillis = 300;
// The share of a flush's time to wait for a running export; the rest is for sending.
const patienceShare = 1 / 3;
const longestQuietMillis = 5 * 60_000;
// The limit of observable callbacks, as for a scrape.
const longestCollectMillis = 5_000;
const canceled = Object.assign(new Error('the export was canceled'), { name: 'AbortError' });

/**
 * PushReader collects and sends on an interval, one export at a time. It never throws after construction and does not keep
 * the process alive. It logs once when exports start to fail, and once when they work again.
 *
 * Unlike OpenTelemetry's periodic reader, a flush does not wait for an export that hangs.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#periodic-exporting-metricreader
 */
export class PushReader extends SnapshotReader {
  readonly #options: PushReaderSettings;
  /** Whether an export includes everything that earlier exports contained. */
  readonly #isCumulative: boolean;
  #interval: NodeJS.Timeout | undefined;
  #underWay: Run | undefined;
  #next: Flush | undefined;
  #isClosed = false;
  /** Whether no export was attempted yet. */
  #isUntried = true;
  /** Whether there was something to send; until then it checks more often. */
  #isOnInterval = false;
  #quietUntil = 0;
  #failures = 0;
  #isLossLogged = false;
  #isComplaintLogged = false;
  #isTroubleLogged = false;
  readonly #droppedKinds = new Set<DroppedPart['kind']>();
  #lastRecorded: string | undefined;
  readonly #resources = new SettledResources();
  /** Whether a snapshot contained a recording since the last call of {@link flushIfChanged}. */
  #hasRecorded = true;

  /** @throws ConfigurationError if an option is wrong */
  constructor(options: PushReaderOptions) {
    checkOptions('exporter-otlp', options, checks, ['sender', 'destination']);
    const {
      temporality = 'cumulative',
      metricProducers = [],
      hasExponentialHistograms = false,
      warn = (message) => log.warn(message),
    } = options;
    const producers = metricProducers.map((producer) => new GuardedProducer(producer, { keepsMalformed: true }));
    super({
      aggregationSelector: (type) => ({
        type:
          hasExponentialHistograms && type === InstrumentType.HISTOGRAM
            ? AggregationType.EXPONENTIAL_HISTOGRAM
            : AggregationType.DEFAULT,
      }),
      aggregationTemporalitySelector: temporalitySelector(temporality),
      metricProducers: producers,
      otelComponentType: 'periodic_metric_reader',
    });
    this.#isCumulative = temporality === 'cumulative';
    this.#options = {
      sender: options.sender,
      destination: options.destination,
      temporality,
      metricProducers: producers,
      hasExponentialHistograms,
      intervalMillis: options.intervalMillis ?? 60_000,
      timeoutMillis: options.timeoutMillis ?? 10_000,
      flushTimeoutMillis: options.flushTimeoutMillis ?? 3_000,
      hint: guardedHint(options.hint),
      observer: guardedObserver(options.observer),
      warn: guardedWarn(warn),
    };
  }

  /** Collects everything as data points. What was recorded before still counts as changed for {@link flushIfChanged}. */
  override async collect(options?: Parameters<SnapshotReader['collect']>[0]): ReturnType<SnapshotReader['collect']> {
    // The next snapshot does not show it.
    this.#hasRecorded = true;
    return super.collect(options);
  }

  /** The state of the running export, for messages. */
  get progress(): string | undefined {
    return this.#underWay === undefined ? undefined : this.#describe(this.#underWay.state);
  }

  /** Flushes before the process ends. Retries for as long as a flush may take, because no later export follows. */
  async flushAtEnd(): Promise<void> {
    await this.#flush('end', false);
  }

  /**
   * Flushes like {@link flushAtEnd}, but only if something was recorded since the last call. With deltas, observed
   * increments count too, because the next export does not include them again.
   */
  async flushIfChanged(): Promise<void> {
    await this.#flush('end', true);
  }

  /** Cancels the running export and the flush that waits for it. */
  cancelExport(): void {
    if (this.#next !== undefined) this.#next.isCanceled = true;
    this.#underWay?.controller.abort();
  }

  /** Cancels like {@link cancelExport} and starts no further export, so that the process can end. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#interval);
    this.cancelExport();
  }

  protected override onInitialized(): void {
    this.#schedule(Math.min(firstExportMillis, this.#options.intervalMillis));
  }

  #schedule(millis: number): void {
    clearInterval(this.#interval);
    this.#interval = setInterval(() => {
      if (this.#underWay === undefined && performance.now() >= this.#quietUntil) void this.#export('interval', false);
    }, millis).unref();
  }

  protected override async onForceFlush(): Promise<void> {
    await this.#flush('flush', false);
  }

  protected override async onShutdown(): Promise<void> {
    clearInterval(this.#interval);
    this.#isOnInterval = true;
    await this.flushAtEnd();
    await this.#options.sender.shutdown();
  }

  #flush(cause: Flush['cause'], onlyIfChanged: boolean): Promise<void> {
    if (this.#next === undefined) {
      const next: Flush = { cause, onlyIfChanged, isCanceled: false, done: Promise.resolve() };
      this.#next = next;
      next.done = this.#exportNext(next);
    } else {
      if (cause === 'end') this.#next.cause = cause;
      if (!onlyIfChanged) this.#next.onlyIfChanged = false;
    }
    return this.#next.done;
  }

  async #exportNext(next: Flush): Promise<void> {
    await this.#endUnderWay();
    this.#next = undefined;
    if (!next.isCanceled) await this.#export(next.cause, next.onlyIfChanged);
  }

  /** Ends a running export that may hang: the flush has no time to wait for it. */
  async #endUnderWay(): Promise<void> {
    const run = this.#underWay;
    if (run === undefined) return;
    if (!this.#isCumulative) {
      await run.done;
      return;
    }
    await within(this.#options.flushTimeoutMillis * patienceShare, Promise.race([run.done, run.stuck]));
    run.controller.abort();
    await run.done;
  }

  async #export(cause: Cause, onlyIfChanged: boolean): Promise<void> {
    if (this.#isClosed) return;
    const stuck = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const run: Run = {
      cause,
      onlyIfChanged,
      controller: new AbortController(),
      done: done.promise,
      stuck: stuck.promise,
      state: 'is waiting for observable callbacks',
      hasFailed: false,
      end: undefined,
    };
    this.#underWay = run;
    try {
      await this.#run(run, stuck.resolve);
    } finally {
      this.#underWay = undefined;
      done.resolve();
    }
  }

  async #run(run: Run, onStuck: () => void): Promise<void> {
    const { signal } = run.controller;
    const aborted = new Promise<'aborted'>((resolve) => {
      signal.addEventListener('abort', () => resolve('aborted'), { once: true });
    });
    const onRetry = (error: unknown): void => {
      run.state = this.#failing(error);
      onStuck();
      if (this.#isUntried && run.cause === 'interval') this.#logFailure(error, run);
      this.#isUntried = false;
    };
    const delivered = this.#deliver(run, onRetry).catch(
      (error: unknown): ExportOutcome => ({ error: error ?? new Error('no reason was given') }),
    );
    const outcome = await Promise.race([delivered, aborted]);
    // Cancels the losing side of the race.
    run.controller.abort();
    run.end?.({ error: outcome === 'aborted' ? canceled : outcome?.error });
    if (outcome === undefined || outcome === 'aborted') return;
    this.#isUntried = false;
    this.#logOutcome(outcome, run);
  }

  /** Resolves to `undefined` if there is nothing to send. */
  async #deliver(run: Run, onRetry: DeliveryOptions['onRetry']): Promise<ExportOutcome | undefined> {
    const { cause, onlyIfChanged } = run;
    const { timeoutMillis, flushTimeoutMillis, sender } = this.#options;
    const isAwaited = cause !== 'interval';
    const collectMillis = Math.min(
      timeoutMillis,
      longestCollectMillis,
      isAwaited ? flushTimeoutMillis * patienceShare : Number.POSITIVE_INFINITY,
    );
    const collection = await this.#collect(Math.ceil(collectMillis), isAwaited, run);
    if (isEmpty(collection)) return undefined;
    if (!this.#isOnInterval) this.#schedule(this.#options.intervalMillis);
    this.#isOnInterval = true;
    // The store starts a new interval with each collection: deltas that are not sent now are lost.
    if (onlyIfChanged && !this.#hasChanged(collection) && !carriesIncrements(collection)) return undefined;
    // Deltas that were accepted but not answered in time would be counted twice.
    const limitMillis =
      cause === 'end' && this.#isCumulative ? Math.max(timeoutMillis, flushTimeoutMillis) : timeoutMillis;
    const { signal } = run.controller;
    const result = new ExportResult();
    for await (const request of sender.requests(collection, { signal, onDropped: this.#drop })) {
      run.state = 'has not been answered';
      // No spans for our own requests.
      const untraced: Attempt = (options) =>
        context.with(suppressTracing(context.active()), () => request.attempt(options));
      run.end = this.#options.observer.begin(request.dataPoints);
      const outcome = await deliver(untraced, { signal, isAwaited, timeoutMillis, limitMillis, onRetry });
      if (signal.aborted) break;
      run.end(outcome);
      run.end = undefined;
      result.add(outcome);
      // The receiver is away, and the next export includes the same.
      if (this.#isCumulative && outcome.error !== undefined && outcome.isTransient === true) break;
    }
    return result.outcome;
  }

  /** Collects, and waits for resource detectors in the remaining time. */
  async #collect(timeoutMillis: number, isAwaited: boolean, run: Run): Promise<Collection> {
    const deadline = performance.now() + timeoutMillis;
    const collected = this.#options.sender.takesSnapshots
      ? await this.collectSnapshot({ timeoutMillis })
      : { snapshot: undefined, ...(await this.collect({ timeoutMillis })) };
    const { snapshot, resourceMetrics, errors } = collected;
    this.#logTrouble(errors);
    if (snapshot !== undefined) this.#hasRecorded ||= hasRecorded(snapshot);
    if (resourceMetrics.resource.asyncAttributesPending === true) run.state = 'is waiting for resource detectors';
    const leftMillis = Math.max(0, deadline - performance.now());
    const resource = await this.#resources.of(resourceMetrics.resource, leftMillis, isAwaited);
    return { snapshot, resourceMetrics: { ...resourceMetrics, resource } };
  }

  #hasChanged({ snapshot, resourceMetrics }: Collection): boolean {
    const recorded = recordedIn(resourceMetrics);
    const hasChanged = recorded !== this.#lastRecorded || (snapshot !== undefined && this.#hasRecorded);
    this.#lastRecorded = recorded;
    this.#hasRecorded = false;
    return hasChanged;
  }

  #logOutcome({ error, retryAfterMillis = 0, complaint, share }: ExportOutcome, run: Run): void {
    if (error !== undefined) {
      this.#quietUntil = performance.now() + Math.min(retryAfterMillis, longestQuietMillis);
      this.#logFailure(error, run, share);
      return;
    }
    const { destination } = this.#options;
    this.#isLossLogged = false;
    if (this.#failures > 0) {
      this.#options.warn(
        `the export to ${destination} works again after ${this.#failures} failure${this.#failures === 1 ? '' : 's'}.`,
      );
      this.#failures = 0;
    }
    if (complaint !== undefined && !this.#isComplaintLogged) {
      this.#options.warn(`${destination} accepted the export, but ${plainText(complaint)}. Logged once.`);
    }
    this.#isComplaintLogged = complaint !== undefined;
  }

  #logFailure(error: unknown, run: Run, share?: string): void {
    const isFirstOfRun = !run.hasFailed;
    run.hasFailed = true;
    if (isFirstOfRun) this.#failures += 1;
    const failing = this.#describe(this.#failing(error, share));
    if (run.cause === 'end') {
      if (!this.#isLossLogged)
        this.#options.warn(`${failing}. If the bot ends now, what was recorded since the last export is lost.`);
      this.#isLossLogged = true;
    } else if (this.#failures === 1 && isFirstOfRun) {
      this.#options.warn(
        `${failing}. The bot is not affected; ${this.#consequence()}. Logged once, and again when an export succeeds.`,
      );
    }
  }

  #consequence(): string {
    return this.#isCumulative
      ? 'the next successful export includes everything'
      : `with ${this.#options.temporality} temporality, what this export contained is lost`;
  }

  #failing(error: unknown, share?: string): string {
    return `failed${share === undefined ? '' : ` for ${share}`}: ${plainText(reasonOf(error))}${this.#options.hint(error)}`;
  }

  #describe(state: string): string {
    return `the export to ${this.#options.destination} ${state}`;
  }

  /** Counts what cannot be sent, and logs the first of each kind. */
  readonly #drop = ({ kind, what, reason, dataPoints }: DroppedPart): void => {
    if (dataPoints > 0) this.#options.observer.drop?.(dataPoints);
    if (this.#droppedKinds.has(kind)) return;
    this.#droppedKinds.add(kind);
    this.#options.warn(`dropped ${plainText(what)}: ${plainText(reason)}. Logged once.`);
  };

  #logTrouble(errors: readonly unknown[]): void {
    if (errors.length > 0 && !this.#isTroubleLogged) {
      const kind = errors.some((error) => error instanceof ProducerError) ? 'metric source' : 'observable callback';
      const what =
        errors.length === 1 ? `${kind === 'metric source' ? 'a' : 'an'} ${kind}` : `${errors.length} ${kind}s`;
      this.#options.warn(
        `${what} could not be read, so the export has no new values from ${errors.length === 1 ? 'it' : 'them'}: ${reasonOf(errors[0]).replace(/\.+$/, '')}. Logged once.`,
      );
    }
    this.#isTroubleLogged = errors.length > 0;
  }
}

/** Sums up the outcomes of an export's requests. */
class ExportResult {
  #requests = 0;
  #failures = 0;
  #failure: Outcome | undefined;
  #complaint: Outcome | undefined;

  add(outcome: Outcome): void {
    this.#requests += 1;
    if (outcome.error !== undefined) {
      this.#failures += 1;
      this.#failure ??= outcome;
    }
    if (outcome.complaint !== undefined) this.#complaint ??= outcome;
  }

  /** The first failure, or else the first complaint; `undefined` without requests. */
  get outcome(): ExportOutcome | undefined {
    if (this.#requests === 0) return undefined;
    if (this.#failure === undefined) return this.#complaint ?? {};
    return this.#requests === 1
      ? this.#failure
      : { ...this.#failure, share: `${this.#failures} of ${this.#requests} requests` };
  }
}

/** The outcome of an export. */
interface ExportOutcome extends Outcome {
  /** How many of the requests failed, for messages. */
  readonly share?: string;
}

/**
 * Describes any error in one line. A refused connection to a name with several addresses has no message of its own.
 * Never throws, whatever a callback threw.
 */
function reasonOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return String(error);
    const code: unknown = Reflect.get(error, 'code');
    const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
    const message: unknown = error.message || (first instanceof Error ? first.message : '') || error.name;
    const text = String(message);
    const hasCode = (typeof code !== 'string' && typeof code !== 'number') || text.includes(`${code}`);
    return hasCode ? text : `${text} (${code})`;
  } catch {
    return describeError(error);
  }
}

/** Whether anything was recorded, rather than observed, since the previous snapshot. */
function hasRecorded(snapshot: Snapshot): boolean {
  return snapshot.scopes.some(({ streams }) =>
    streams.some(({ descriptor, series, count }) => {
      if (!isRecorded(descriptor)) return false;
      for (let index = 0; index < count; index += 1)
        if (snapshot.isChanged(series[index] as SnapshotSeries)) return true;
      return false;
    }),
  );
}

const recordingTypes: readonly unknown[] = [
  InstrumentType.COUNTER,
  InstrumentType.UP_DOWN_COUNTER,
  InstrumentType.HISTOGRAM,
  InstrumentType.GAUGE,
];

/** Whether the bot records it: metrics about collections and exports change every time. */
function isRecorded(descriptor: MetricDescriptor): boolean {
  // The field exists, but not in the public type.
  return recordingTypes.includes(Reflect.get(descriptor, 'type')) && !descriptor.name.startsWith('otel.sdk.');
}

/** A text that changes with every recording, and with nothing else. */
function recordedIn({ scopeMetrics }: ResourceMetrics): string {
  return scopeMetrics.map(recordedInScope).join();
}

function recordedInScope({ metrics }: ScopeMetrics): string {
  try {
    return JSON.stringify(
      metrics
        .filter(({ descriptor }) => isRecorded(descriptor))
        .map(({ descriptor, dataPoints }) => [
          descriptor.name,
          // Deltas have a new start each time.
          dataPoints.map(({ attributes, startTime, value }) => [attributes, startTime, value]),
        ]),
    );
  } catch {
    // Malformed metrics are dropped when encoded.
    return '';
  }
}
