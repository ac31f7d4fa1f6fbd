import { AggregationTemporality, InstrumentType } from '@trademeter/metric-store';

export const temporalities = ['cumulative', 'delta', 'lowmemory'] as const;

/** What exports carry: the sum since the start, or since the last export; for `lowmemory`, whichever needs less memory. */
export type Temporality = (typeof temporalities)[number];

/**
 * What each kind of instrument exports: since the start, or since the last export.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/otlp/#additional-environment-variable-configuration
 */
export function temporalitySelector(temporality: Temporality): (type: InstrumentType) => AggregationTemporality {
  const deltas = deltaTypes[temporality];
  return (type) => (deltas.includes(type) ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE);
}

const deltaTypes: Readonly<Record<Temporality, readonly InstrumentType[]>> = {
  cumulative: [],
  // a gauge that was not set since the last export is left out
  delta: [
    InstrumentType.COUNTER,
    InstrumentType.OBSERVABLE_COUNTER,
    InstrumentType.HISTOGRAM,
    InstrumentType.GAUGE,
    InstrumentType.OBSERVABLE_GAUGE,
  ],
  lowmemory: [InstrumentType.COUNTER, InstrumentType.HISTOGRAM],
};
