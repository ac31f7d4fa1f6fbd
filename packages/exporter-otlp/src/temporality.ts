import { AggregationTemporality, InstrumentType } from '@trademeter/metric-store';

export const temporalities = ['cumulative', 'delta', 'lowmemory'] as const;

/** Temporality of sums: since the start, since the last export, or for `lowmemory` whichever needs less memory. */
export type Temporality = (typeof temporalities)[number];

/**
 * Selects the temporality of each kind of instrument.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/otlp/#additional-environment-variable-configuration
 */
export function temporalitySelector(temporality: Temporality): (type: InstrumentType) => AggregationTemporality {
  const deltas = deltaTypes[temporality];
  return (type) => (deltas.includes(type) ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE);
}

const deltaTypes: Readonly<Record<Temporality, readonly InstrumentType[]>> = {
  cumulative: [],
  // A gauge that was not set since the last export is omitted.
  delta: [
    InstrumentType.COUNTER,
    InstrumentType.OBSERVABLE_COUNTER,
    InstrumentType.HISTOGRAM,
    InstrumentType.GAUGE,
    InstrumentType.OBSERVABLE_GAUGE,
  ],
  lowmemory: [InstrumentType.COUNTER, InstrumentType.HISTOGRAM],
};
