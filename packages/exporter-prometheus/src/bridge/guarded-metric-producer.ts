import { emptyResource } from '@opentelemetry/resources';
import type { CollectionResult, MetricCollectOptions, MetricProducer } from '@opentelemetry/sdk-metrics';
import { describeError, Log, settlesWithin } from '@trademeter/config';
import { validMetrics } from '@trademeter/exposition';

// In addition to the limit that is passed to the producer, which may have its own.
const graceMillis = 100;

/**
 * GuardedMetricProducer wraps a metric producer, so that one that fails, hangs or returns malformed metrics costs a
 * reader nothing but that producer's own series. Each kind of failure is logged once.
 */
export class GuardedMetricProducer implements MetricProducer {
  readonly #producer: MetricProducer;
  readonly #timeoutMillis: number;
  readonly #log: Log;

  /** @param timeoutMillis how long a collection waits for the producer, in milliseconds */
  constructor(producer: MetricProducer, timeoutMillis: number, log: Log = new Log('exporter-prometheus')) {
    this.#producer = producer;
    this.#timeoutMillis = timeoutMillis;
    this.#log = log;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    try {
      const collecting = this.#producer.collect(options);
      if (!(await settlesWithin(collecting, this.#timeoutMillis + graceMillis))) {
        throw new Error(`no result within ${this.#timeoutMillis} ms`);
      }
      const { resourceMetrics, errors } = await collecting;
      const scopeMetrics = validMetrics(resourceMetrics.scopeMetrics, this.#log);
      return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
    } catch (error) {
      this.#log.warnOnce(`a metric producer failed, its series are missing: ${describeError(error)}`);
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [] }, errors: [] };
    }
  }
}
