import { type MeterProvider as ApiMeterProvider, type Attributes, metrics } from '@opentelemetry/api';
import { within } from '@trademeter/config';
import type { PushReader } from '@trademeter/exporter-otlp';
import { announceMeterProvider, onLateRecording } from '@trademeter/instrumentation';
import type { MeterProvider } from '@trademeter/metric-store';
import type { ConfiguredReader, Endpoint } from './configured-reader.ts';
import { log } from './diagnostics.ts';
import { flushOnExit } from './exit.ts';
import { type RequestHandler, requestHandler } from './request-handler.ts';

/** Telemetry that runs. */
export interface Telemetry extends AsyncDisposable {
  /** Where the metrics can be looked at, or go. A scrape endpoint whose port is taken is not among them. */
  readonly endpoints: readonly Endpoint[];
  /** What every metric says of its origin: `service.name`, `service.instance.id`, `trading.mode`, … */
  readonly resourceAttributes: Attributes;
  /**
   * Answers one scrape on a server of the application's: `app.get('/metrics', telemetry.handler)`. Tokens and users are
   * checked; errors never get out. Without an exporter for Prometheus it answers 404. With `{ type: 'prometheus',
   * preventServerStart: true }` there is no other port.
   */
  readonly handler: RequestHandler;
  /** For an instrumentation that wants to be given one; it is registered as the global one. */
  readonly meterProvider: ApiMeterProvider;
  /**
   * Exports what is not exported yet, within `flushTimeoutMillis`. Never rejects: an export that fails is told through
   * `diag`.
   *
   * @returns whether it came to an end within that time
   */
  flush(): Promise<boolean>;
  /** Flushes and ends everything, within `flushTimeoutMillis`; a second call does nothing more. Never rejects. */
  shutdown(): Promise<void>;
}

/** What {@link runTelemetry} keeps running. */
export interface Running {
  readonly meterProvider: MeterProvider;
  readonly resourceAttributes: Attributes;
  readonly readers: readonly ConfiguredReader[];
  readonly flushTimeoutMillis: number;
  /** Whether signals and the normal exit flush. */
  readonly flushesOnExit: boolean;
  /** Called once, when it has ended. */
  readonly onEnd: () => void;
}

/** The handle of a started meter provider. */
export function runTelemetry(running: Running): Telemetry {
  const { meterProvider, resourceAttributes, readers, flushTimeoutMillis, flushesOnExit, onEnd } = running;
  const pushes = readers.flatMap(({ push }) => push ?? []);
  const lateness = new LatenessLog(flushTimeoutMillis);
  let ending: Promise<boolean> | undefined;

  /** Waits as long as a flush may take; says what it waits for when that was not enough. */
  async function finish(work: Promise<unknown>, isEnd: boolean): Promise<boolean> {
    const result = await within(
      flushTimeoutMillis,
      work.then(
        () => true,
        (error: unknown) => {
          log.warn('the flush failed.', error);
          return true;
        },
      ),
    );
    const isDone = result === true;
    lateness.note(isDone, isEnd, pushes);
    return isDone;
  }

  async function flushOnSignal(isEnd: boolean): Promise<void> {
    if (isEnd || ending !== undefined) return shutdown();
    await finish(Promise.all(readers.map(({ reader, push }) => push?.flushAtEnd() ?? reader.forceFlush())), true);
  }

  async function flushIfChanged(): Promise<boolean> {
    if (ending !== undefined) return ending;
    const flushes = readers.map(({ reader, push }) => push?.flushIfChanged() ?? reader.forceFlush());
    const isDone = await finish(Promise.all(flushes), true);
    // The loop is left to end.
    if (!isDone) for (const push of pushes) push.cancelExport();
    return isDone;
  }

  async function end(): Promise<boolean> {
    for (const { scrapeEndpoint } of readers) scrapeEndpoint?.stop();
    const isDone = await finish(meterProvider.shutdown(), true);
    for (const push of pushes) push.close();
    if (metrics.getMeterProvider() === meterProvider) metrics.disable();
    announceMeterProvider();
    onLateRecording(() => {
      log.warn(
        'dropped a measurement that was recorded after shutdown(). Call shutdown() when the bot ends. Do not use `await using` at the top level of a module: it shuts telemetry down as soon as the code of the module has run. Logged once.',
      );
    });
    stopListening();
    onEnd();
    return isDone;
  }

  async function shutdown(): Promise<void> {
    ending ??= end();
    await ending;
  }

  const stopListening = flushesOnExit
    ? flushOnExit({ onSignal: flushOnSignal, onNormalExit: flushIfChanged })
    : () => {};
  return {
    resourceAttributes,
    meterProvider,
    handler: requestHandler(readers.map(({ reader }) => reader)),
    get endpoints() {
      return readers.flatMap(({ endpoint }) => endpoint ?? []);
    },
    flush: () => ending ?? finish(meterProvider.forceFlush(), false),
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

/** Says that flushes are late: once until one is in time, and once more at the end, when it is the last to say. */
class LatenessLog {
  readonly #limitMillis: number;
  #isTold = false;
  #isEndTold = false;

  constructor(limitMillis: number) {
    this.#limitMillis = limitMillis;
  }

  note(isDone: boolean, isEnd: boolean, pushes: readonly PushReader[]): void {
    if (isDone) {
      this.#isTold = false;
      this.#isEndTold = false;
      return;
    }
    const isTold = isEnd ? this.#isEndTold : this.#isTold;
    this.#isTold = true;
    this.#isEndTold ||= isEnd;
    if (isTold) return;
    const progress = pushes.flatMap((push) => push.progress ?? []);
    const because = progress.length === 0 ? '' : `, because ${progress.join(', and ')}`;
    log.warn(
      `the flush did not finish within ${this.#limitMillis} ms (flushTimeoutMillis)${because}. What was recorded since the last export may be lost.`,
    );
  }
}

/** The handle when nothing is to be exported: no provider is registered, and recordings cost next to nothing. */
export function idleTelemetry(onEnd: () => void): Telemetry {
  let isEnded = false;
  const shutdown = async (): Promise<void> => {
    if (!isEnded) onEnd();
    isEnded = true;
  };
  return {
    endpoints: [],
    resourceAttributes: {},
    handler: requestHandler([]),
    meterProvider: metrics.getMeterProvider(),
    flush: async () => true,
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}
