import type { Attributes } from '@opentelemetry/api';
import {
  DataPointType,
  type Histogram,
  MeterProvider,
  type MetricData,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { MemoryReader } from './memory-reader.ts';

/** One series as it stands. */
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

/** A histogram series as it stands. */
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

/** A real OpenTelemetry SDK that keeps what is recorded in memory, and answers questions about it. */
export interface TestTelemetry extends AsyncDisposable {
  /** Give it to an instrumentation, or register it as the global one. */
  readonly meterProvider: MeterProvider;
  /** Every series of one metric, or of all, in the order of their birth. Empty when there is none. */
  series(name?: string): Promise<readonly TestSeries[]>;
  /**
   * The value of the one series of this metric that has these attributes among its own; of several, the sum when they
   * are sums. `undefined` when there is none.
   *
   * @throws Error when several gauges match: their sum would mean nothing
   */
  value(name: string, attributes?: Attributes): Promise<number | undefined>;
  /**
   * The one histogram series that has these attributes among its own, or `undefined`.
   *
   * @throws Error when several match
   */
  histogram(name: string, attributes?: Attributes): Promise<TestHistogram | undefined>;
  /** Ends it; recordings afterwards go nowhere, and reading rejects. A second call does nothing. */
  shutdown(): Promise<void>;
}

/**
 * Makes a {@link TestTelemetry}.
 *
 * @param options.views as the SDK takes them; histograms get the boundaries that their instrument advises
 * @example
 * const telemetry = createTestTelemetry();
 * const orders = instrumentOrders({ venue: 'binance', meterProvider: telemetry.meterProvider });
 * // … run the bot …
 * expect(await telemetry.value('trading.order.placed', { 'trading.symbol': 'BTC/USDT' })).toBe(1);
 */
export function createTestTelemetry(options: { readonly views?: ViewOptions[] } = {}): TestTelemetry {
  const reader = new MemoryReader();
  const meterProvider = new MeterProvider({ readers: [reader], views: options.views ?? [] });

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
    await meterProvider.shutdown();
  }

  return {
    meterProvider,
    series,
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
