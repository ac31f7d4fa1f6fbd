import { translateLabelName } from '@trademeter/prometheus-naming';
import type { Model } from './model.ts';
import { otherMetrics } from './other-metrics.ts';
import { prometheusName } from './sources.ts';

/**
 * Renders what panels, the live page and the dashboards know about metrics, as an ES module without imports that a
 * browser can load. The result is not formatted.
 */
export function renderCatalogue({ version, attributes, metrics, resourceAttributes }: Model): string {
  const ours = metrics.map((metric) => ({
    name: metric.name,
    prometheusName: prometheusName(metric),
    domain: metric.domain,
    instrument: metric.instrument,
    unit: metric.unit,
    attributes: metric.attributes.map(({ key }) => key),
    ...(metric.boundaries === undefined ? {} : { boundaries: metric.boundaries }),
  }));
  const others = otherMetrics.map((metric) => ({
    name: metric.name,
    prometheusName: metric.isTranslated === false ? metric.name : prometheusName(metric),
    domain: metric.domain,
    instrument: metric.instrument,
    unit: metric.unit,
    attributes: metric.attributes,
    ...(metric.boundaries === undefined ? {} : { boundaries: metric.boundaries }),
  }));
  const described = new Map(attributes.map((attribute) => [attribute.key, attribute]));
  // a metric may list its own values
  const own = new Map<string, { readonly values: readonly string[]; readonly open: boolean }>();
  for (const metric of metrics) {
    for (const { key, values, open } of metric.attributes) {
      if (values.length > (own.get(key)?.values.length ?? 0)) {
        own.set(key, { values: values.map(({ value }) => value), open });
      }
    }
  }
  const keys = [...ours, ...others].flatMap((metric) => metric.attributes);
  const labels = [...new Set([...keys, ...resourceAttributes])].toSorted().map((key) => {
    const values = own.get(key)?.values ?? described.get(key)?.values.map(({ value }) => value) ?? [];
    const open = own.get(key)?.open ?? described.get(key)?.open ?? true;
    return [
      key,
      {
        label: translateLabelName(key),
        ...(values.length === 0 ? {} : { values, open }),
      },
    ] as const;
  });
  return `// Generated from the conventions' model by \`pnpm generate\`. Change it there.

/**
 * @typedef {object} CatalogueMetric
 * @property {string} name its OpenTelemetry name
 * @property {string} prometheusName what a scrape and a Collector show; a histogram's has \`_bucket\`, \`_sum\` and \`_count\` appended
 * @property {string} domain the file of the conventions that defines it, or \`process\`, \`http\`, \`database\`, \`scrape\`
 * @property {'counter' | 'updowncounter' | 'gauge' | 'histogram'} instrument
 * @property {string} unit UCUM
 * @property {readonly string[]} attributes their keys
 * @property {readonly number[]} [boundaries] upper bounds of a histogram's buckets, without +Inf
 */

/**
 * @typedef {object} CatalogueAttribute
 * @property {string} label its Prometheus label
 * @property {readonly string[]} [values] well-known values
 * @property {boolean} [open] whether other values are allowed
 */

/** Version of the conventions that the catalogue was generated from. */
export const conventionsVersion = ${JSON.stringify(version)};

/** @type {readonly CatalogueMetric[]} */
export const catalogueMetrics = ${JSON.stringify([...ours, ...others])};

/** @type {Readonly<Record<string, CatalogueAttribute>>} */
export const catalogueAttributes = ${JSON.stringify(Object.fromEntries(labels))};
`;
}
