import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';

/** In seconds: a collection takes a millisecond, or as long as the slowest callback. */
const boundaries = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];

/**
 * ReaderMetrics records the duration and the series of each reader's collections.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/#metric-otelsdkmetric_readercollectionduration
 */
export class ReaderMetrics {
  readonly #duration: Histogram;
  readonly #series = new Map<IMetricReader, { readonly attributes: Attributes; count: number }>();
  readonly #counts = new Map<string, number>();

  constructor(meter: Meter) {
    this.#duration = meter.createHistogram('otel.sdk.metric_reader.collection.duration', {
      unit: 's',
      description: 'Time that a metric reader took to collect.',
      advice: { explicitBucketBoundaries: boundaries },
    });
    meter
      .createObservableUpDownCounter('trademeter.metric_reader.series', {
        unit: '{series}',
        description: 'Series in the last collection of a metric reader.',
      })
      .addCallback((result) => {
        for (const { attributes, count } of this.#series.values()) result.observe(count, attributes);
      });
  }

  /**
   * Records one collection.
   *
   * @param seconds how long it took, callbacks included
   * @param errors what callbacks threw
   */
  record(reader: IMetricReader, seconds: number, series: number, errors: readonly unknown[]): void {
    let known = this.#series.get(reader);
    if (known === undefined) {
      known = { attributes: this.#attributesOf(reader), count: 0 };
      this.#series.set(reader, known);
    }
    known.count = series;
    const { attributes } = known;
    this.#duration.record(
      seconds,
      errors.length === 0 ? attributes : { ...attributes, 'error.type': errorType(errors[0]) },
    );
  }

  #attributesOf(reader: IMetricReader): Attributes {
    const { _otelComponentType: given } = reader as { readonly _otelComponentType?: unknown };
    const type = typeof given === 'string' ? given : reader.constructor.name;
    const number = this.#counts.get(type) ?? 0;
    this.#counts.set(type, number + 1);
    return Object.freeze({ 'otel.component.name': `${type}/${number}`, 'otel.component.type': type });
  }
}

function errorType(error: unknown): string {
  return error instanceof Error ? error.name : '_OTHER';
}
