import { emptyResource } from '@opentelemetry/resources';
import type { CollectionResult, MetricCollectOptions, MetricProducer } from '@opentelemetry/sdk-metrics';
import { textOf } from './configuration-error.ts';
import type { Notices } from './notices.ts';
import { soundScopes } from './sound-metrics.ts';
import { settlesWithin } from './time-limit.ts';

// Beyond what it was asked to keep to: it may have a limit of its own.
const graceMillis = 100;

/** A source of metrics beside the SDK. One that fails, hangs or brings what is no metric costs a scrape nothing else. */
export class ForeignProducer implements MetricProducer {
  readonly #producer: MetricProducer;
  readonly #timeoutMillis: number;
  readonly #notices: Notices;

  /** @param timeoutMillis how long a scrape waits for it */
  constructor(producer: MetricProducer, timeoutMillis: number, notices: Notices) {
    this.#producer = producer;
    this.#timeoutMillis = timeoutMillis;
    this.#notices = notices;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    try {
      const collecting = this.#producer.collect(options);
      if (!(await settlesWithin(collecting, this.#timeoutMillis + graceMillis))) {
        throw new Error(`it takes longer than ${this.#timeoutMillis} ms`);
      }
      const { resourceMetrics, errors } = await collecting;
      const scopeMetrics = soundScopes(resourceMetrics.scopeMetrics, this.#notices);
      return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
    } catch (error) {
      this.#notices.tell(`a metric producer failed, its series are missing: ${textOf(error)}`);
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [] }, errors: [] };
    }
  }
}
