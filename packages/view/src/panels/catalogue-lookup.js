import { catalogueAttributes, catalogueMetrics } from './catalogue.js';

/** @typedef {import('./catalogue.js').CatalogueMetric} CatalogueMetric */

const metricsByName = new Map(catalogueMetrics.map((metric) => [metric.name, metric]));

/** Labels of a scrape and of target_info, named as in Prometheus. */
const plainLabels = new Set([
  'job',
  'instance',
  '__name__',
  'otel_scope_name',
  'otel_scope_version',
  'otel_scope_schema_url',
]);

/**
 * A metric by its OpenTelemetry name.
 *
 * @param {string} name
 * @returns {CatalogueMetric}
 * @throws {RangeError} when the catalogue has no such metric
 */
export function metricOf(name) {
  const metric = metricsByName.get(name);
  if (metric === undefined) throw new RangeError(`the catalogue has no metric ${JSON.stringify(name)}`);
  return metric;
}

/**
 * The Prometheus label of an attribute.
 *
 * @param {string} attribute its OpenTelemetry key, or `job`, `instance`, `__name__` or an `otel_scope_*` label
 * @returns {string}
 * @throws {RangeError} when the catalogue has no such attribute
 */
export function labelOf(attribute) {
  if (plainLabels.has(attribute)) return attribute;
  const known = catalogueAttributes[attribute];
  if (known === undefined) throw new RangeError(`the catalogue has no attribute ${JSON.stringify(attribute)}`);
  return known.label;
}

/** What records metrics outside the conventions. @type {Readonly<Record<string, string>>} */
const otherRecorders = {
  process: 'runtimeInstrumentations() of @trademeter/instrumentation-runtime',
  http: '@opentelemetry/instrumentation-http',
  database: 'an OpenTelemetry instrumentation of its database client',
  scrape: 'Prometheus',
};

/**
 * What records a catalogue domain's metrics: a domain of the conventions has a package of its name.
 *
 * @param {string} domain
 */
export function recorderOf(domain) {
  return otherRecorders[domain] ?? `@trademeter/instrumentation-${domain}`;
}

/** The domains of the conventions, in order. */
export const conventionDomains = [...new Set(catalogueMetrics.map(({ domain }) => domain))].filter(
  (domain) => otherRecorders[domain] === undefined,
);
