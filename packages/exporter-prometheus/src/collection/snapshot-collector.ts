import type { CollectionResult, MetricCollectOptions, MetricProducer } from '@opentelemetry/sdk-metrics';
import { isSnapshotProducer, type Snapshot } from '@trademeter/metric-store';

/** The result of a collection for a scrape. */
export interface ScrapedCollection {
  /** The data points of all producers that took no snapshot. */
  readonly result: CollectionResult;
  readonly snapshot: Snapshot | undefined;
}

/**
 * SnapshotCollector stands between a reader and its producer. Collections for a scrape get a snapshot if the producer
 * can take one; all others get data points.
 */
export class SnapshotCollector implements MetricProducer {
  readonly #producer: MetricProducer;
  #take: ((snapshot: Snapshot) => void) | undefined;

  constructor(producer: MetricProducer) {
    this.#producer = producer;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const producer = this.#producer;
    const take = this.#take;
    if (take === undefined || !isSnapshotProducer(producer)) return producer.collect(options);
    const snapshot = await producer.snapshot(options);
    take(snapshot);
    const { resource, errors } = snapshot;
    return { resourceMetrics: { resource, scopeMetrics: [] }, errors: [...errors] };
  }

  /** @param collect the reader's collection, which synchronously calls {@link collect} of this object */
  async collectForScrape(collect: () => Promise<CollectionResult>): Promise<ScrapedCollection> {
    let snapshot: Snapshot | undefined;
    let collecting: Promise<CollectionResult>;
    this.#take = (taken) => {
      snapshot = taken;
    };
    try {
      collecting = collect();
    } finally {
      this.#take = undefined;
    }
    return { result: await collecting, snapshot };
  }
}
