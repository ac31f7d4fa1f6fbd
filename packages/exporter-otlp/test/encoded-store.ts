import { ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MetricReader,
  type MetricReaderOptions,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { isSnapshotProducer, MeterProvider, type MeterProviderOptions, type Snapshot } from '@trademeter/metric-store';
import type { Collection } from '../src/collection.ts';
import { type EncoderOptions, RequestEncoder } from '../src/encoding/request-encoder.ts';
import type { RequestOptions } from '../src/sending/delivery.ts';

/** A reader that collects data points or a snapshot on request. */
class TestReader extends MetricReader {
  #snapshot: (() => Promise<Snapshot>) | undefined;

  constructor(options: MetricReaderOptions = {}) {
    super(options);
  }

  override setMetricProducer(producer: Parameters<MetricReader['setMetricProducer']>[0]): void {
    super.setMetricProducer(producer);
    if (isSnapshotProducer(producer)) this.#snapshot = () => producer.snapshot();
  }

  async points(): Promise<ResourceMetrics> {
    return (await this.collect()).resourceMetrics;
  }

  async snapshot(): Promise<Collection> {
    const snapshot = await this.#snapshot?.();
    if (snapshot === undefined) throw new Error('the provider takes no snapshots');
    return { snapshot, resourceMetrics: { resource: snapshot.resource, scopeMetrics: [] } };
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

/** A store with two readers of the same moments: one of snapshots, one of data points. */
export function createEncodedStore(temporality: 'cumulative' | 'delta' = 'cumulative', options?: MeterProviderOptions) {
  const selector = (): AggregationTemporality =>
    temporality === 'delta' ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  const snapshots = new TestReader({ aggregationTemporalitySelector: selector });
  const points = new TestReader({ aggregationTemporalitySelector: selector });
  const clock = { millis: Date.UTC(2026, 10, 28) };
  const provider = new MeterProvider({
    readers: [snapshots, points],
    resource: resourceFromAttributes(
      { 'service.name': 'bot', 'process.pid': 7 },
      { schemaUrl: 'https://example.org/resource' },
    ),
    views: [
      {
        instrumentName: 'exponential*',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 8 } },
      },
    ],
    now: () => clock.millis,
    ...options,
  });
  const meter = provider.getMeter('test', '1.2.3', {
    schemaUrl: 'https://example.org/scope',
    attributes: { team: 'desk', on: true },
  });
  return { snapshots, points, provider, meter, clock };
}

/** One instrument of each synchronous kind. */
export function createInstruments({ meter, provider }: ReturnType<typeof createEncodedStore>) {
  const other = provider.getMeter('other');
  return {
    counter: meter.createCounter('counter', { unit: '{order}', description: 'Orders, ümläute' }),
    integers: meter.createUpDownCounter('integers', { valueType: ValueType.INT }),
    gauge: meter.createGauge('gauge'),
    histogram: meter.createHistogram('histogram', { advice: { explicitBucketBoundaries: [-1, 0, 0.5, 10] } }),
    unbounded: other.createHistogram('unbounded', { advice: { explicitBucketBoundaries: [] } }),
    exponential: other.createHistogram('exponential'),
    exponentialOfBoth: other.createHistogram('exponential.other'),
  };
}

/** All requests of a collection, marked as accepted. Their bytes are valid until the export after the next. */
export async function encodeAll(
  encoder: RequestEncoder,
  collection: Collection,
  onDropped: RequestOptions['onDropped'] = ({ what, reason }) => {
    throw new Error(`dropped ${what}: ${reason}`);
  },
): Promise<{ bytes: Uint8Array; dataPoints: number }[]> {
  const requests = [];
  const { signal } = new AbortController();
  for await (const request of encoder.encode(collection, { signal, onDropped })) {
    request.isAccepted = true;
    requests.push(request);
  }
  return requests;
}

export function createEncoder(options: Partial<EncoderOptions> = {}): RequestEncoder {
  return new RequestEncoder({ format: 'protobuf', ...options });
}
