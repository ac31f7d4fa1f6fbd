import { type MetricAdvice, type MetricOptions, ValueType } from '@opentelemetry/api';
import type { InstrumentType, MetricDescriptor } from '@opentelemetry/sdk-metrics';
import { describeError, describeValue } from '@trademeter/config';
import { log } from '../log.ts';

/** The kinds of instruments, equal to `InstrumentType` of `@opentelemetry/sdk-metrics`. */
export type InstrumentKind = `${InstrumentType}`;

/** Identifies an instrument or stream, with the fields of upstream's descriptor, which some exporters read. */
export interface Descriptor extends MetricDescriptor {
  readonly type: InstrumentKind;
  readonly advice: MetricAdvice;
}

/** Adds defaults for what is missing or cannot be read: no unit, no description, doubles. Never throws. */
export function createDescriptor(name: string, kind: InstrumentKind, options?: MetricOptions | null): Descriptor {
  const usual = { name, type: kind, description: '', unit: '', valueType: ValueType.DOUBLE, advice: {} };
  try {
    const { description, unit, valueType, advice } = options ?? {};
    return {
      ...usual,
      ...(typeof description === 'string' && { description }),
      ...(typeof unit === 'string' && { unit }),
      ...(valueType === ValueType.INT && { valueType }),
      ...(typeof advice === 'object' && advice !== null && { advice: { ...advice } }),
    };
  } catch (error) {
    log.warnOnce(`ignored the options of the instrument ${describeValue(name)}: ${describeError(error)}`);
    return usual;
  }
}

/** Whether a kind of instrument is observable. */
export function isObservable(kind: InstrumentKind): boolean {
  return kind.startsWith('OBSERVABLE_');
}

/** Whether values must not be negative. */
export function isNonNegative(kind: InstrumentKind): boolean {
  return kind === 'COUNTER' || kind === 'HISTOGRAM' || kind === 'OBSERVABLE_COUNTER';
}
