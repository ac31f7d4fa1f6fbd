import type { CollectionResult, MetricCollectOptions, MetricProducer } from '@opentelemetry/sdk-metrics';
import { describeError, type Log, within } from '@trademeter/config';
import { log } from '../log.ts';
import { emptyResource } from '../resource.ts';
import { validMetrics } from './valid-metrics.ts';

/** ProducerError is why a metric producer had no metrics for a collection. */
export class ProducerError extends Error {
  override name = 'ProducerError';
}

/** Options of a {@link GuardedProducer}. */
export interface GuardedProducerOptions {
  /** Milliseconds that a collection without its own limit waits. Default 5,000. */
  readonly timeoutMillis?: number;
  /** Whether a waiting collection keeps the process alive, which the last export needs. Default true. */
  readonly keepsProcess?: boolean;
  /** Whether malformed metrics stay in the result, for a reader that drops and counts them itself. Default false. */
  readonly keepsMalformed?: boolean;
  /** Where malformed metrics are logged, once each. Default: the log of this package. */
  readonly log?: Log;
}

// In addition to the limit that is passed to the producer, which may have its own.
const graceMillis = 100;
// Bounds the collections that nobody waits for any more, in case a producer never answers.
const mostUnanswered = 10;

/**
 * GuardedProducer wraps a metric producer, so that failing, hanging or returning malformed metrics loses only its own
 * series. Never rejects: a failure is a {@link ProducerError} in the result.
 */
export class GuardedProducer implements MetricProducer {
  readonly #producer: MetricProducer;
  readonly #timeoutMillis: number;
  readonly #keepsProcess: boolean;
  readonly #keepsMalformed: boolean;
  readonly #log: Log;
  #unanswered = 0;

  constructor(producer: MetricProducer, options: GuardedProducerOptions = {}) {
    this.#producer = producer;
    this.#timeoutMillis = options.timeoutMillis ?? 5_000;
    this.#keepsProcess = options.keepsProcess ?? true;
    this.#keepsMalformed = options.keepsMalformed ?? false;
    this.#log = options.log ?? log;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const limitMillis = options?.timeoutMillis ?? this.#timeoutMillis;
    if (this.#unanswered >= mostUnanswered) {
      return failed(
        `a metric producer did not answer its last ${mostUnanswered} collections; it is skipped until it answers one`,
      );
    }
    const collected = this.#collect(options);
    return (
      (await within(limitMillis + graceMillis, collected, this.#keepsProcess)) ??
      failed(`a metric producer did not answer within ${limitMillis} ms`)
    );
  }

  /** Resolves when the producer has answered, even if it throws or rejects. */
  async #collect(options: MetricCollectOptions | undefined): Promise<CollectionResult> {
    this.#unanswered += 1;
    try {
      const { resourceMetrics, errors } = await this.#producer.collect(options);
      const { resource, scopeMetrics: given } = resourceMetrics;
      const scopeMetrics = this.#keepsMalformed ? [...given] : validMetrics(given, this.#log);
      return { resourceMetrics: { resource, scopeMetrics }, errors: [...errors] };
    } catch (error) {
      return failed(`a metric producer failed: ${describeError(error)}`);
    } finally {
      this.#unanswered -= 1;
    }
  }
}

function failed(message: string): CollectionResult {
  return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [] }, errors: [new ProducerError(message)] };
}
