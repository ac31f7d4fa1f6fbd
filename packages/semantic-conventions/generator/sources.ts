import { translateMetricName } from '@trademeter/prometheus-naming';
import { domains } from './domains.ts';
import { attributeConstant, definitionName, listName, metricConstant, valueConstant } from './identifiers.ts';
import type { Attribute, Metric, MetricAttribute, Model } from './model.ts';

const header = '// Generated from model/ by `pnpm generate`. Change it there.\n';

/** Renders the TypeScript sources, not formatted, by path below packages/semantic-conventions/src. */
export function renderSources(model: Model): Record<string, string> {
  return {
    'attributes.ts': renderAttributes(model),
    ...Object.fromEntries(domains.map(({ name, title }) => [`metrics/${name}.ts`, renderDomain(model, name, title)])),
    'metrics.ts': renderLists(),
    'schema-url.ts': renderSchemaUrl(model),
    'index.ts': renderIndex(model),
  };
}

function renderAttributes({ attributes }: Model): string {
  const blocks = attributes.map((attribute) => {
    const { key, brief, note } = attribute;
    const values = attribute.values.map(
      (value) =>
        `${comment([value.brief], `A value of ${code(key)}.`)}\nexport const ${valueConstant(key, value.id)} = ${quote(value.value)} as const;`,
    );
    return [
      `${comment([brief, note], examplesOf(attribute))}\nexport const ${attributeConstant(key)} = ${quote(key)} as const;`,
      ...values,
    ].join('\n\n');
  });
  return `${header}\n${blocks.join('\n\n')}\n`;
}

function renderDomain({ metrics }: Model, domain: string, title: string): string {
  const own = metrics.filter((metric) => metric.domain === domain);
  return `${header}
import type { MetricDefinition } from '../definition.ts';

${own.map(renderMetric).join('\n\n')}

/** ${title}: every metric of the domain. */
export const ${listName(domain)}: readonly MetricDefinition[] = [${own.map(({ name }) => definitionName(name)).join(', ')}];
`;
}

function renderMetric(metric: Metric): string {
  const { name, instrument, unit, brief, boundaries, cardinalityLimit } = metric;
  const attributes = metric.attributes.map((attribute) => `${quote(attribute.key)}: ${renderAttribute(attribute)},`);
  const fields = [
    `name: ${quote(name)},`,
    `instrument: ${quote(instrument)},`,
    `unit: ${quote(unit)},`,
    `description: ${quote(brief)},`,
    `attributes: {${attributes.join('\n')}},`,
    ...(boundaries === undefined ? [] : [`boundaries: [${boundaries.join(', ')}],`]),
    ...(cardinalityLimit === undefined ? [] : [`cardinalityLimit: ${groupDigits(cardinalityLimit)},`]),
  ];
  return `/** The name of {@link ${definitionName(name)}}. */
export const ${metricConstant(name)} = ${quote(name)} as const;

${comment([brief, metric.note], `${article(instrument)}, unit ${code(unit)}, in Prometheus ${code(prometheusName(metric))}.`)}
export const ${definitionName(name)} = {
  ${fields.join('\n')}
} as const satisfies MetricDefinition;`;
}

function renderAttribute({ type, requirement, values, open }: MetricAttribute): string {
  const listed = values.length === 0 ? '' : `, values: [${values.map(({ value }) => quote(value)).join(', ')}]`;
  return `{ type: ${quote(type)}, requirement: ${quote(requirement)}${listed}${listed !== '' && open ? ', open: true' : ''} }`;
}

function renderLists(): string {
  const names = domains.map(({ name }) => listName(name));
  return `${header}
import type { MetricDefinition } from './definition.ts';
${domains.map(({ name }) => `import { ${listName(name)} } from './metrics/${name}.ts';`).join('\n')}

/** Every metric of the conventions. */
export const allMetrics: readonly MetricDefinition[] = [${names.map((name) => `...${name}`).join(', ')}];
`;
}

function renderSchemaUrl({ schemaUrl }: Model): string {
  return `${header}
/**
 * The schema URL of these conventions, for the meters that follow them. Its last segment is the version.
 *
 * @see https://opentelemetry.io/docs/specs/otel/schemas/#schema-url
 */
export const SCHEMA_URL = ${quote(schemaUrl)} as const;
`;
}

function renderIndex({ attributes, metrics }: Model): string {
  const constants = attributes.flatMap(({ key, values }) => [
    attributeConstant(key),
    ...values.map(({ id }) => valueConstant(key, id)),
  ]);
  const exports = domains.map(({ name }) => {
    const own = metrics.filter(({ domain }) => domain === name).map((metric) => metric.name);
    return `export { ${[...own.map(metricConstant), ...own.map(definitionName), listName(name)].join(', ')} } from './metrics/${name}.ts';`;
  });
  return `${header}
export { ${constants.join(', ')} } from './attributes.ts';
export type { AttributeDefinition, AttributesOf, AttributeValue, MetricDefinition, RequirementLevel } from './definition.ts';
export { allMetrics } from './metrics.ts';
export { SCHEMA_URL } from './schema-url.ts';
${exports.join('\n')}
`;
}

/** The name of a metric at the scrape endpoint and in the OpenTelemetry Collector. */
export function prometheusName(metric: Pick<Metric, 'name' | 'unit' | 'instrument'>): string {
  const name = translateMetricName(metric);
  if (name === undefined) throw new Error(`${metric.name} has no Prometheus name`);
  return name;
}

function examplesOf({ examples }: Attribute): string {
  return examples.length === 0 ? '' : `For example ${examples.map((example) => code(`${example}`)).join(', ')}.`;
}

function article(instrument: string): string {
  return instrument === 'updowncounter' ? 'An updowncounter' : `A ${instrument}`;
}

/** Renders a TSDoc comment with lines of 120 characters. */
function comment(paragraphs: readonly string[], last = ''): string {
  const texts = [paragraphs.filter((text) => text !== '').join(' '), last].filter((text) => text !== '');
  const lines = texts.flatMap((text, index) => [...(index === 0 ? [] : ['']), ...wrap(text, 116)]);
  if (lines.length === 1 && `/** ${lines[0]} */`.length <= 120) return `/** ${lines[0]} */`;
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function groupDigits(value: number): string {
  return value < 1_000 ? `${value}` : `${value}`.replaceAll(/\B(?=(\d{3})+$)/g, '_');
}
