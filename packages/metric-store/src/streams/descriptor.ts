import { type MetricAdvice, type MetricOptions, ValueType } from '@opentelemetry/api';
import type { InstrumentType, MetricDescriptor } from '@opentelemetry/sdk-metrics';

/** The kinds of instruments, as `InstrumentType` of `@opentelemetry/sdk-metrics` has them. */
export type InstrumentKind = `${InstrumentType}`;

/** What identifies an instrument or a stream. Has the fields of the upstream SDK's, which some exporters read. */
export interface Descriptor extends MetricDescriptor {
  readonly type: InstrumentKind;
  readonly advice: MetricAdvice;
}

/** Fills in what was not given: no unit, no description and doubles. */
export function createDescriptor(name: string, kind: InstrumentKind, options: MetricOptions = {}): Descriptor {
  return {
    name,
    type: kind,
    description: options.description ?? '',
    unit: options.unit ?? '',
    valueType: options.valueType ?? ValueType.DOUBLE,
    advice: options.advice ?? {},
  };
}

/** Whether a kind of instrument reports through callbacks. */
export function isObservable(kind: InstrumentKind): boolean {
  return kind.startsWith('OBSERVABLE_');
}

/** Whether values must not be negative. */
export function isNonNegative(kind: InstrumentKind): boolean {
  return kind === 'COUNTER' || kind === 'HISTOGRAM' || kind === 'OBSERVABLE_COUNTER';
}
