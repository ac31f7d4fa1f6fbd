import type { Attributes, HrTime } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  type MetricData,
  MetricReader,
  type MetricReaderOptions,
} from '@opentelemetry/sdk-metrics';
import {
  isSnapshotProducer,
  MeterProvider,
  type MeterProviderOptions,
  type Snapshot,
  type SnapshotProducer,
} from '../src/index.ts';

/** An upstream reader that collects on request. */
export class ManualReader extends MetricReader {
  flushes = 0;
  shutdowns = 0;

  constructor(options: MetricReaderOptions = {}) {
    super(options);
  }

  static delta(options: MetricReaderOptions = {}): ManualReader {
    return new ManualReader({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA, ...options });
  }

  protected override async onForceFlush(): Promise<void> {
    this.flushes += 1;
  }

  protected override async onShutdown(): Promise<void> {
    this.shutdowns += 1;
  }

  async metrics(): Promise<MetricData[]> {
    const { resourceMetrics } = await this.collect();
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  }

  /** The data points of a metric, or an empty list. */
  async points(name: string): Promise<DataPoint<unknown>[]> {
    const metrics = await this.metrics();
    return metrics.flatMap(({ descriptor, dataPoints }): DataPoint<unknown>[] =>
      descriptor.name === name ? dataPoints : [],
    );
  }

  /** The values of a metric by the attribute `id`; `overflow` for the overflow, empty without an id. */
  async values(name: string): Promise<Record<string, number>> {
    const points = await this.points(name);
    return Object.fromEntries(points.map(({ attributes, value }) => [idOf(attributes), value as number]));
  }
}

/** A reader that takes snapshots, like our exporters. */
export class SnapshotReader extends ManualReader {
  producer: SnapshotProducer | undefined;

  override setMetricProducer(producer: Parameters<ManualReader['setMetricProducer']>[0]): void {
    super.setMetricProducer(producer);
    if (isSnapshotProducer(producer)) this.producer = producer;
  }

  async snapshot(): Promise<Snapshot> {
    const { producer } = this;
    if (producer === undefined) throw new Error('the provider takes no snapshots');
    return producer.snapshot();
  }
}

function idOf(attributes: Attributes): string {
  const { id = '', 'otel.metric.overflow': isOverflow } = attributes;
  return isOverflow === true ? 'overflow' : JSON.stringify(id).replaceAll('"', '');
}

/** A clock that moves only when the test moves it. */
class ManualClock {
  millis = Date.UTC(2026, 0, 1);

  readonly now = (): number => this.millis;

  advance(seconds: number): void {
    this.millis += seconds * 1000;
  }

  /** The time in the format of data points. */
  get time(): HrTime {
    return [Math.floor(this.millis / 1000), (this.millis % 1000) * 1_000_000];
  }
}

export const hourSeconds = 3_600;

/** A provider with a cumulative reader and a meter, on its own clock. */
export function createStore(options: MeterProviderOptions = {}) {
  const clock = new ManualClock();
  const reader = new ManualReader();
  const provider = new MeterProvider({ readers: [reader], now: clock.now, ...options });
  return { clock, reader, provider, meter: provider.getMeter('test') };
}
