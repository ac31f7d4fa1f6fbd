import type {
  AggregationOption,
  AggregationTemporality,
  IMetricReader,
  InstrumentType,
} from '@opentelemetry/sdk-metrics';
import { defaultCardinalityLimit, describeError, describeValue } from '@trademeter/config';
import { log } from '../log.ts';
import { type Aggregation, isDefault, isSameAggregation, resolveAggregation } from '../streams/aggregation.ts';
import { type Descriptor, isObservable } from '../streams/descriptor.ts';
import type { StreamOptions, StreamReader } from '../streams/stream.ts';
import type { Scope, View } from './view.ts';

/** A reader and its preferences for instruments. */
export interface PlannedReader extends StreamReader {
  readonly reader: IMetricReader;
}

// The number of upstream's AggregationTemporality.DELTA, to avoid loading it.
const delta: `${AggregationTemporality.DELTA}` = '0';

/**
 * Plans the streams of an instrument: one for each matching view, or one without a view. Cumulative readers that agree on
 * aggregation and limit share a stream; each other reader has its own.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#measurement-processing
 */
export function planStreams(
  instrument: Descriptor,
  scope: Scope,
  views: readonly View[],
  readers: readonly PlannedReader[],
): StreamOptions[] {
  const matching = views.filter((view) => view.matches(instrument, scope) && isApplicable(view, instrument));
  const plans = (matching.length === 0 ? [undefined] : matching).flatMap((view) => planView(instrument, view, readers));
  return plans.filter(({ aggregation }) => aggregation.type !== 'drop');
}

function planView(instrument: Descriptor, view: View | undefined, readers: readonly PlannedReader[]): StreamOptions[] {
  const descriptor = view?.describe(instrument) ?? instrument;
  const plans: (StreamOptions & { readonly readers: PlannedReader[] })[] = [];
  for (const planned of readers) {
    const { reader } = planned;
    const aggregation = aggregationFor(descriptor, view, reader);
    const limit = view?.cardinalityLimit ?? limitOf(reader, instrument);
    const isDelta = selected('the temporality', instrument, false, (type) => {
      return `${reader.selectAggregationTemporality(type)}` === delta;
    });
    const isShared = !isDelta && !isObservable(instrument.type);
    const same = plans.find(
      (plan) =>
        isShared &&
        plan.temporality === 'cumulative' &&
        plan.limit === limit &&
        isSameAggregation(plan.aggregation, aggregation),
    );
    if (same !== undefined) {
      same.readers.push(planned);
      continue;
    }
    plans.push({
      descriptor,
      aggregation,
      temporality: isDelta ? 'delta' : 'cumulative',
      limit,
      processors: view?.processors ?? [],
      readers: [planned],
    });
  }
  return plans;
}

function aggregationFor(instrument: Descriptor, view: View | undefined, reader: IMetricReader): Aggregation {
  if (view !== undefined && !isDefault(view.aggregation)) return resolveAggregation(view.aggregation, instrument);
  return selected('the aggregation', instrument, resolveAggregation(undefined, instrument), (type) => {
    const option = reader.selectAggregation(type) ?? undefined;
    return resolveAggregation(isHistogramOfObserved(option, instrument) ? undefined : option, instrument);
  });
}

/** Ignores a view that cannot be applied, as the specification says. */
function isApplicable(view: View, instrument: Descriptor): boolean {
  if (!isHistogramOfObserved(view.aggregation, instrument)) return true;
  log.warn(`ignored a view of ${instrument.name}: an observable instrument cannot be aggregated to a histogram`);
  return false;
}

function isHistogramOfObserved(option: AggregationOption | undefined, instrument: Descriptor): boolean {
  return isObservable(instrument.type) && resolveAggregation(option, instrument).type.endsWith('histogram');
}

function limitOf(reader: IMetricReader, instrument: Descriptor): number {
  return selected('the cardinality limit', instrument, defaultCardinalityLimit, (type) => {
    const limit: unknown = reader.selectCardinalityLimit?.(type) ?? defaultCardinalityLimit;
    if (typeof limit === 'number' && limit >= 1) return limit;
    throw new RangeError(`it must be a number above 0, got ${describeValue(limit)}`);
  });
}

/** What a reader selects, or the default if that fails: instruments are also created by the first recording. */
function selected<T>(what: string, instrument: Descriptor, usual: T, select: (type: InstrumentType) => T): T {
  try {
    return select(upstreamType(instrument));
  } catch (error) {
    log.warnOnce(
      `a metric reader could not select ${what} of ${instrument.type}, so the default is used: ${describeError(error)}`,
    );
    return usual;
  }
}

/** The type as upstream's enumeration, which has the same texts. */
function upstreamType({ type }: Descriptor): InstrumentType {
  return type as unknown as InstrumentType;
}
