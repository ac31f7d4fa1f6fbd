/** How many series an SDK keeps of a metric. https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits */
export const defaultCardinalityLimit = 2_000;
