import type { Attributes } from '@opentelemetry/api';
import type { AggregationOption, IAttributesProcessor } from '@opentelemetry/sdk-metrics';
import type { StoreViewOptions } from '../options.ts';
import type { Descriptor } from '../streams/descriptor.ts';

/** The instrumentation scope of a meter. */
export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string | undefined;
  readonly attributes?: Attributes;
}

/**
 * View selects instruments and configures their streams.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#view
 */
export class View {
  readonly aggregation: AggregationOption | undefined;
  readonly processors: readonly IAttributesProcessor[];
  readonly cardinalityLimit: number | undefined;
  readonly #options: StoreViewOptions;
  readonly #name: RegExp | undefined;

  constructor(options: StoreViewOptions) {
    this.#options = options;
    this.#name = options.instrumentName === undefined ? undefined : patternOf(options.instrumentName);
    this.aggregation = options.aggregation;
    this.processors = options.attributesProcessors ?? [];
    this.cardinalityLimit = options.aggregationCardinalityLimit;
  }

  /** Whether the instrument matches all given criteria. */
  matches(instrument: Descriptor, scope: Scope): boolean {
    const { instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl } = this.#options;
    return (
      (this.#name?.test(instrument.name) ?? true) &&
      (instrumentType === undefined || instrument.type === (instrumentType as string)) &&
      (instrumentUnit === undefined || instrumentUnit === instrument.unit) &&
      (meterName === undefined || meterName === scope.name) &&
      (meterVersion === undefined || meterVersion === scope.version) &&
      (meterSchemaUrl === undefined || meterSchemaUrl === scope.schemaUrl)
    );
  }

  /** The name of an instrument's stream. */
  describe(instrument: Descriptor): Descriptor {
    const { name, description, explicitBucketBoundaries } = this.#options;
    return {
      ...instrument,
      name: name ?? instrument.name,
      description: description ?? instrument.description,
      advice:
        explicitBucketBoundaries === undefined
          ? instrument.advice
          : { ...instrument.advice, explicitBucketBoundaries: [...explicitBucketBoundaries] },
    };
  }
}

/** `*` matches any number of characters, `?` exactly one. */
function patternOf(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[\\^$.+()[\]{}|]/gu, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su');
}
