import { ValueType } from '@opentelemetry/api';
import { isSameAggregation } from '../streams/aggregation.ts';
import type { Descriptor } from '../streams/descriptor.ts';
import type { Stream, StreamOptions } from '../streams/stream.ts';

/**
 * Describes the conflict of two streams with one name and how to resolve it; `undefined` if they agree.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#duplicate-instrument-registration
 */
export function conflictsOf(known: Stream, plan: StreamOptions): string | undefined {
  const one = known.descriptor;
  const other = plan.descriptor;
  const differences = [
    difference('type', one.type, other.type),
    difference('unit', one.unit, other.unit),
    difference('value type', ValueType[one.valueType], ValueType[other.valueType]),
    difference('description', one.description, other.description),
  ].filter((each) => each !== undefined);
  if (differences.length > 0) {
    return `two instruments or views named ${one.name} differ: ${differences.join('; ')}. ${resolutionOf(one, other)}`;
  }
  const isOther = !isSameAggregation(known.aggregation, plan.aggregation) || known.limit !== plan.limit;
  const isFiltered = known.processors.some((processor, index) => processor !== plan.processors[index]);
  if (!isOther && !isFiltered && known.processors.length === plan.processors.length) return undefined;
  return `several views create streams named ${one.name}. All are exported. Give each its own name.`;
}

function difference(what: string, one: string | undefined, other: string | undefined): string | undefined {
  return one === other ? undefined : `${what} ${JSON.stringify(one)} and ${JSON.stringify(other)}`;
}

function resolutionOf(one: Descriptor, other: Descriptor): string {
  const selector = JSON.stringify({
    instrumentName: other.name,
    instrumentType: other.type,
    instrumentUnit: other.unit,
  });
  if (one.unit !== other.unit || one.valueType !== other.valueType) {
    return 'Both are exported. Make them the same, or give them different names.';
  }
  if (one.type !== other.type) return `Both are exported. Rename one with a view, ${selector}, or in the code.`;
  return `The longer description is used. To choose one, set the description with a view, ${selector}.`;
}
