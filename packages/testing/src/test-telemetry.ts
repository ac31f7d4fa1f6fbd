import type { Attributes } from '@opentelemetry/api';
import {
  DataPointType,
  type Histogram,
  MeterProvider,
  type MetricData,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { anyBoolean, anyList, checkOptions } from '@trademeter/config';
import { captureLogs } from './captured-logs.ts';
import { registerGlobally } from './global-provider.ts';
import { MemoryReader } from './memory-reader.ts';

/** TestSeries is one series with its current value. */
export interface TestSeries {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** The value of a sum or gauge; the sum of a histogram's values. */
  readonly value: number;
  /** Whether values of several series can be added up. */
  readonly isSum: boolean;
  /** Only for histograms. */
  readonly histogram?: TestHistogram;
}

/** TestHistogram is one histogram series with its current values. */
export interface TestHistogram {
  readonly count: number;
  readonly sum: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Upper bounds, without the last one, which is +Inf. */
  readonly boundaries: readonly number[];
  /** How many values fell in each bucket, one more than there are boundaries; not cumulative. */
  readonly counts: readonly number[];
}

/** TestTelemetry is a real OpenTelemetry SDK that keeps in memory what is recorded, and answers questions about it. */
export interface TestTelemetry extends AsyncDisposable {
  /** For the option `meterProvider` of an instrumentation. */
  readonly meterProvider: MeterProvider;
  /** Every series of one metric, or of all metrics, in the order in which they appeared. An empty list without series. */
  series(name?: string): Promise<readonly TestSeries[]>;
  /**
   * The series of one metric, or of all, whose value is 0. Before the first recording these are the series that an
   * instrumentation creates at 0, so that an alert sees their first increase. Histograms have none.
   */
  zeroSeries(name?: string): Promise<readonly TestSeries[]>;
  /**
   * The value of the series of this metric with these attributes; it may have more. If several match, the sum of their
   * values. `undefined` if no series matches.
   *
   * @throws Error when several gauges match: their sum would mean nothing
   */
  value(name: string, attributes?: Attributes): Promise<number | undefined>;
  /**
   * Count, sum, min, max, boundaries and counts of the one histogram series that has these attributes among its own, or
   * `undefined`.
   *
   * @throws Error when several match
   */
  histogram(name: string, attributes?: Attributes): Promise<TestHistogram | undefined>;
  /**
   * Ends it, as does the end of `await using`: recordings afterwards go nowhere, and reading rejects. A second call
   * does nothing.
   */
  shutdown(): Promise<void>;
}

/** GlobalTestTelemetry is a {@link TestTelemetry} that is the global meter provider and logger until it is shut down. */
export interface GlobalTestTelemetry extends TestTelemetry {
  /**
   * With `global: true`, what OpenTelemetry and trademeter logged at level warn or above. It stays readable after the
   * shutdown.
   */
  readonly messages: readonly string[];
}

/** Options of {@link createTestTelemetry}. */
export interface TestTelemetryOptions {
  /** OpenTelemetry views, as the SDK takes them. Histograms get the boundaries that their instrument advises. */
  readonly views?: ViewOptions[] | undefined;
  /**
   * Whether to register it as the API's global meter provider and to announce it, as `startTelemetry` does, so that
   * instrumentations without a `meterProvider` record to it and their series at 0 are there at once. It then also
   * captures the messages of OpenTelemetry's `diag`. `shutdown()` restores the previous provider and logger.
   *
   * @default false
   */
  readonly global?: boolean | undefined;
}

/**
 * Creates a {@link TestTelemetry}.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) for an option that is invalid
 * @example
 * await using telemetry = createTestTelemetry({ global: true });
 * const orders = instrumentOrders({ venue: 'binance' });
 * // … run the bot …
 * expect(await telemetry.value('trading.order.placed', { 'trading.symbol': 'BTC/USDT' })).toBe(1);
 * expect(telemetry.messages).toEqual([]);
 */
export function createTestTelemetry(options: TestTelemetryOptions & { readonly global: true }): GlobalTestTelemetry;
export function createTestTelemetry(options?: TestTelemetryOptions): TestTelemetry;
export function createTestTelemetry(options: TestTelemetryOptions = {}): TestTelemetry | GlobalTestTelemetry {
  checkOptions('testing', options, { views: anyList, global: anyBoolean });
  const reader = new MemoryReader();
  const meterProvider = new MeterProvider({ readers: [reader], views: options.views ?? [] });
  const logs = options.global === true ? captureLogs() : undefined;
  const unregister = options.global === true ? registerGlobally(meterProvider) : undefined;

  let isShutDown = false;

  async function series(name?: string): Promise<TestSeries[]> {
    if (isShutDown) throw new Error('[trademeter/testing] the telemetry was shut down: read it before');
    const { resourceMetrics } = await reader.collect();
    return resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .filter((metric) => name === undefined || metric.descriptor.name === name)
      .flatMap(seriesOf);
  }

  async function matching(name: string, attributes: Attributes): Promise<TestSeries[]> {
    const wanted = Object.entries(attributes);
    return (await series(name)).filter((each) => wanted.every(([key, value]) => each.attributes[key] === value));
  }

  async function shutdown(): Promise<void> {
    if (isShutDown) return;
    isShutDown = true;
    unregister?.();
    logs?.stop();
    await meterProvider.shutdown();
  }

  return {
    meterProvider,
    ...(logs && { messages: logs.messages }),
    series,
    zeroSeries: async (name) => (await series(name)).filter((each) => each.value === 0 && each.histogram === undefined),
    async value(name, attributes = {}) {
      const found = await matching(name, attributes);
      if (found.length > 1 && !found.every((each) => each.isSum)) throw ambiguous(name, found);
      return found.length === 0 ? undefined : found.reduce((sum, each) => sum + each.value, 0);
    },
    async histogram(name, attributes = {}) {
      const found = (await matching(name, attributes)).filter((each) => each.histogram !== undefined);
      if (found.length > 1) throw ambiguous(name, found);
      return found[0]?.histogram;
    },
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

function seriesOf(metric: MetricData): TestSeries[] {
  const { name, unit } = metric.descriptor;
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
      return metric.dataPoints.map(({ attributes, value }) => ({
        name,
        unit,
        attributes,
        value: value.sum ?? 0,
        isSum: true,
        histogram: histogramOf(value),
      }));
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return metric.dataPoints.map(({ attributes, value }) => ({
        name,
        unit,
        attributes,
        value: value.sum ?? 0,
        isSum: true,
      }));
    default:
      return metric.dataPoints.map(({ attributes, value }) => ({
        name,
        unit,
        attributes,
        value,
        isSum: metric.dataPointType === DataPointType.SUM,
      }));
  }
}

function histogramOf({ count, sum, min, max, buckets }: Histogram): TestHistogram {
  return { count, sum: sum ?? 0, min, max, boundaries: buckets.boundaries, counts: buckets.counts };
}

function ambiguous(name: string, found: readonly TestSeries[]): Error {
  const list = found.map(({ attributes }) => JSON.stringify(attributes)).join(', ');
  return new Error(`[trademeter/testing] ${found.length} series of ${name} match, give more attributes: ${list}`);
}
