import { type MeterProvider as ApiMeterProvider, type Attributes, metrics } from '@opentelemetry/api';
import { within } from '@trademeter/config';
import type { PushReader } from '@trademeter/exporter-otlp';
import { announceMeterProvider, onLateRecording } from '@trademeter/instrumentation';
import type { MeterProvider } from '@trademeter/metric-store';
import type { ConfiguredReader, Endpoint } from './configured-reader.ts';
import { log } from './diagnostics.ts';
import { flushOnExit } from './exit.ts';
import { type RequestHandler, requestHandler } from './request-handler.ts';

/** Telemetry is the handle of running telemetry. */
export interface Telemetry extends AsyncDisposable {
  /**
   * Where metrics are served or sent: `[{ exporter: 'prometheus', url }]`. A scrape endpoint whose port is in use is
   * omitted.
   */
  readonly endpoints: readonly Endpoint[];
  /** The attributes that identify the bot: `service.name`, `service.instance.id`, `trading.mode`, … */
  readonly resourceAttributes: Attributes;
  /**
   * Answers one scrape on the application's own server: `app.get('/metrics', telemetry.handler)`. Checks tokens and users.
   * Never throws. Without a Prometheus exporter it answers 404. Set `{ type: 'prometheus', preventServerStart: true }` to
   * open no other port.
   */
  readonly handler: RequestHandler;
  /** The meter provider, also registered globally; for instrumentations that need it passed in. */
  readonly meterProvider: ApiMeterProvider;
  /**
   * Exports pending metrics within `flushTimeoutMillis`. Never rejects; a failed export is logged.
   *
   * @returns whether it finished within that time
   */
  flush(): Promise<boolean>;
  /**
   * Flushes within `flushTimeoutMillis`, then stops everything, as does the end of `await using`. A second call does
   * nothing. Never rejects.
   */
  shutdown(): Promise<void>;
}

/** What {@link runTelemetry} runs. */
export interface Running {
  readonly meterProvider: MeterProvider;
  readonly resourceAttributes: Attributes;
  readonly readers: readonly ConfiguredReader[];
  readonly flushTimeoutMillis: number;
  /** Whether signals and the normal exit flush. */
  readonly flushesOnExit: boolean;
  /** Called once, after shutdown. */
  readonly onEnd: () => void;
}

/** The handle of a started meter provider. */
export function runTelemetry(running: Running): Telemetry {
  const { meterProvider, resourceAttributes, readers, flushTimeoutMillis, flushesOnExit, onEnd } = running;
  const pushes = readers.flatMap(({ push }) => push ?? []);
  const lateness = new LatenessLog(flushTimeoutMillis);
  let ending: Promise<boolean> | undefined;

  /** Waits as long as a flush may take; if that is too short, logs what it was waiting for. */
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
    // Let the event loop end.
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

/** Logs late flushes: once until one is in time, and once more at the end of the process. */
class LatenessLog {
  readonly #limitMillis: number;
  #isLogged = false;
  #isEndLogged = false;

  constructor(limitMillis: number) {
    this.#limitMillis = limitMillis;
  }

  note(isDone: boolean, isEnd: boolean, pushes: readonly PushReader[]): void {
    if (isDone) {
      this.#isLogged = false;
      this.#isEndLogged = false;
      return;
    }
    const isLogged = isEnd ? this.#isEndLogged : this.#isLogged;
    this.#isLogged = true;
    this.#isEndLogged ||= isEnd;
    if (isLogged) return;
    const progress = pushes.flatMap((push) => push.progress ?? []);
    const because = progress.length === 0 ? '' : `, because ${progress.join(', and ')}`;
    log.warn(
      `the flush did not finish within ${this.#limitMillis} ms (flushTimeoutMillis)${because}. What was recorded since the last export may be lost.`,
    );
  }
}

/** The handle if nothing is exported: no provider is registered, and recording costs almost nothing. */
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
