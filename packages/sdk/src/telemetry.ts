import { type MeterProvider as ApiMeterProvider, type Attributes, metrics } from '@opentelemetry/api';
import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import { announceMeterProvider } from '@trademeter/instrumentation';
import { log } from './diagnostics.ts';
import type { Endpoint, Output } from './readers.ts';
import { within } from './time-limit.ts';

const longestIdleMillis = 60_000;
const shortestIdleMillis = 1_000;
const collectionsKept = 10;

/** Telemetry that runs. */
export interface Telemetry extends AsyncDisposable {
  /** Where the metrics can be looked at, or go. A scrape endpoint whose port is taken is not among them. */
  readonly endpoints: readonly Endpoint[];
  /** What every metric says of its origin: `service.name`, `service.instance.id`, `trading.mode`, … */
  readonly resourceAttributes: Attributes;
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
  readonly outputs: readonly Output[];
  readonly flushTimeoutMillis: number;
  /** Called once, when it has ended. */
  readonly onEnd: () => void;
}

/** The handle of a started meter provider. */
export function runTelemetry(running: Running): Telemetry {
  const { meterProvider, resourceAttributes, outputs, flushTimeoutMillis, onEnd } = running;
  const stopCollecting = collectIdleReaders(outputs);
  let ending: Promise<boolean> | undefined;

  async function finish(work: Promise<unknown>): Promise<boolean> {
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
    if (result === undefined) {
      const troubles = outputs.flatMap(({ trouble }) => trouble ?? []);
      const because = troubles.length === 0 ? '' : `, because ${troubles.join(', and ')}`;
      log.warn(
        `the flush was not done within ${flushTimeoutMillis} ms (flushTimeoutMillis): what was recorded since the last export may be lost${because}.`,
      );
    }
    return result === true;
  }

  async function end(): Promise<boolean> {
    stopCollecting();
    for (const { scrapeEndpoint } of outputs) scrapeEndpoint?.stop();
    const isDone = await finish(meterProvider.shutdown());
    for (const { abandon } of outputs) abandon?.();
    if (metrics.getMeterProvider() === meterProvider) metrics.disable();
    announceMeterProvider();
    onEnd();
    return isDone;
  }

  async function shutdown(): Promise<void> {
    ending ??= end();
    await ending;
  }

  return {
    resourceAttributes,
    meterProvider,
    get endpoints() {
      return outputs.flatMap((output) => output.endpoint ?? []);
    },
    flush: () => ending ?? finish(meterProvider.forceFlush()),
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

/** The handle when nothing is to be exported: no provider is registered, and recordings cost next to nothing. */
export function idleTelemetry(onEnd: () => void): Telemetry {
  const shutdown = async (): Promise<void> => onEnd();
  return {
    endpoints: [],
    resourceAttributes: {},
    meterProvider: metrics.getMeterProvider(),
    flush: async () => true,
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

/**
 * The SDK keeps, for each reader, every collection of the others until that reader collects as well: a scrape endpoint
 * that nobody scrapes beside a push would hold more and more memory.
 */
function collectIdleReaders(outputs: readonly Output[]): () => void {
  const idle = outputs.flatMap(({ scrapeEndpoint }) => scrapeEndpoint?.reader ?? []);
  if (idle.length === 0 || outputs.length === 1) return () => {};
  const shortestInterval = Math.min(...outputs.map(({ intervalMillis = longestIdleMillis }) => intervalMillis));
  const idleMillis = Math.min(Math.max(collectionsKept * shortestInterval, shortestIdleMillis), longestIdleMillis);
  const timer = setInterval(() => {
    for (const reader of idle) reader.collect().catch((error: unknown) => log.debug('the collection failed.', error));
  }, idleMillis).unref();
  return () => clearInterval(timer);
}
