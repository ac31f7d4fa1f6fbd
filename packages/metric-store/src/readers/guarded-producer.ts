import type { CollectionResult, MetricCollectOptions, MetricProducer } from '@opentelemetry/sdk-metrics';
import { describeError, type Log, within } from '@trademeter/config';
import { log } from '../log.ts';
import { emptyResource } from '../resource.ts';
import { validMetrics } from './valid-metrics.ts';

/** Why a metric producer had nothing for a collection. */
export class ProducerError extends Error {
  override name = 'ProducerError';
}

/** How a {@link GuardedProducer} waits, and where it logs. */
export interface GuardedProducerOptions {
  /** How long a collection that has no time limit of its own waits, in milliseconds. Default 5,000. */
  readonly timeoutMillis?: number;
  /** Whether a collection that waits keeps the process alive, as the last export of a process has to. Default true. */
  readonly keepsProcess?: boolean;
  /** Whether malformed metrics stay in the result, for a reader that drops and counts them itself. Default false. */
  readonly keepsMalformed?: boolean;
  /** Where malformed metrics are logged, once each. Default: the log of this package. */
  readonly log?: Log;
}

// In addition to the limit that is passed to the producer, which may have its own.
const graceMillis = 100;
// Collections that nobody waits for any more: a producer that never answers must not gather them without end.
const mostUnanswered = 10;

/**
 * GuardedProducer wraps a metric producer, so that one that fails, hangs or returns malformed metrics costs a reader
 * nothing but that producer's own series. Never rejects: a failure is a {@link ProducerError} in the result.
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

  /** Resolves when the producer has answered, also when it throws or rejects. */
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
