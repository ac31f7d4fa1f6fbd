import { emptyResource } from '@opentelemetry/resources';
import type { CollectionResult, MetricCollectOptions, MetricProducer } from '@opentelemetry/sdk-metrics';
import { describeError, within } from '@trademeter/config';

/** Why a metric producer had nothing for an export. */
export class ProducerError extends Error {
  override name = 'ProducerError';
}

/**
 * A metric producer that resolves within the time of a collection, so that one that hangs or fails costs its own metrics
 * only. It is not called again before it has answered.
 */
export class LimitedProducer implements MetricProducer {
  readonly #producer: MetricProducer;
  #isCollecting = false;

  constructor(producer: MetricProducer) {
    this.#producer = producer;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    if (this.#isCollecting) return failed('a metric producer is still collecting for an earlier export');
    const limitMillis = options?.timeoutMillis;
    const collected = this.#collect(options);
    if (limitMillis === undefined) return await collected;
    return (
      (await within(limitMillis, collected)) ?? failed(`a metric producer did not answer within ${limitMillis} ms`)
    );
  }

  /** Resolves when the producer has answered, also when it throws or rejects. */
  async #collect(options: MetricCollectOptions | undefined): Promise<CollectionResult> {
    this.#isCollecting = true;
    try {
      return await this.#producer.collect(options);
    } catch (error) {
      return failed(`a metric producer failed: ${describeError(error)}`);
    } finally {
      this.#isCollecting = false;
    }
  }
}

function failed(message: string): CollectionResult {
  return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [] }, errors: [new ProducerError(message)] };
}
