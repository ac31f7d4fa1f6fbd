import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { domains } from './domains.ts';
import { definitionsSchema, manifestSchema } from './model-schema.ts';

/** The parsed YAML files of model/ by name. */
export type ModelFiles = Readonly<Record<string, unknown>>;

/** A well-known value of an attribute. */
export interface Value {
  readonly id: string;
  readonly value: string;
  readonly brief: string;
  /** The FIX number, if the model has one. */
  readonly fix?: number;
}

export interface Attribute {
  readonly key: string;
  readonly type: 'string' | 'int' | 'double' | 'boolean';
  readonly values: readonly Value[];
  /** Whether other values than the listed ones may be recorded. */
  readonly open: boolean;
  readonly brief: string;
  readonly note: string;
  readonly stability: string;
  readonly examples: readonly (string | number | boolean)[];
}

export interface MetricAttribute extends Attribute {
  readonly requirement: 'required' | 'conditionally_required' | 'recommended' | 'opt_in';
  readonly condition?: string;
  /** Whether the metric lists its own values. */
  readonly ownValues: boolean;
}

export interface Metric {
  readonly domain: string;
  readonly name: string;
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly valueType: 'int' | 'double';
  readonly brief: string;
  readonly note: string;
  readonly stability: string;
  readonly attributes: readonly MetricAttribute[];
  readonly boundaries?: readonly number[];
  readonly observable: boolean;
  readonly cardinalityLimit?: number;
}

export interface Model {
  readonly version: string;
  /** The schema URL of the manifest, which ends in the version. */
  readonly schemaUrl: string;
  readonly attributes: readonly Attribute[];
  /** Keys of resource attributes, which are not recorded on metrics. */
  readonly resourceAttributes: readonly string[];
  readonly metrics: readonly Metric[];
}

/** An invalid model. `problems` has one line for each problem. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `the model has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.join('\n')}`,
    );
    this.problems = problems;
  }
}

export function readModelFiles(directory: string): ModelFiles {
  const names = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(names.toSorted().map((name) => [name, parse(readFileSync(join(directory, name), 'utf8'))]));
}

/**
 * Checks the structure of the files, resolves references, and sorts the metrics by domain.
 *
 * @throws ModelError
 */
export function resolveModel(files: ModelFiles): Model {
  const structure = structuralProblems(files);
  if (structure.length > 0) throw new ModelError(structure);

  const { 'manifest.yaml': manifest, ...rest } = files as unknown as Record<string, DefinitionsFile> & {
    'manifest.yaml': { schema_url: string };
  };
  const problems: string[] = [];
  const all = Object.entries(rest);
  const attributes = all.flatMap(([, file]) => (file.attributes ?? []).map(toAttribute));
  const byKey = new Map(attributes.map((attribute) => [attribute.key, attribute]));
  const groups = new Map(
    all.flatMap(([, file]) => (file.attribute_groups ?? []).map((group) => [group.id, group.attributes] as const)),
  );
  const resourceAttributes = all.flatMap(([, file]) =>
    (file.entities ?? []).flatMap((entity) =>
      [...entity.identity, ...(entity.description ?? [])].map(({ ref }) => {
        if (!byKey.has(ref)) problems.push(`entity ${entity.type}: there is no attribute ${ref}`);
        return ref;
      }),
    ),
  );

  const known = new Set(domains.map(({ name }) => `${name}.yaml`));
  for (const [name, file] of all) {
    if (file.metrics !== undefined && !known.has(name)) problems.push(`${name}: its metrics belong to no domain`);
  }
  const metrics = domains.flatMap(({ name: domain }) =>
    (rest[`${domain}.yaml`]?.metrics ?? []).map((metric) => {
      const resolved = referencesOf(metric.attributes ?? [], groups, metric.name, problems).flatMap((reference) => {
        const attribute = byKey.get(reference.ref);
        if (attribute === undefined) {
          problems.push(`${metric.name}: there is no attribute ${reference.ref}`);
          return [];
        }
        if (reference.requirement_level === undefined) {
          problems.push(`${metric.name}: attribute ${reference.ref} has no requirement_level`);
        }
        return [toMetricAttribute(attribute, reference)];
      });
      return toMetric(domain, metric, resolved);
    }),
  );
  for (const { name } of domains) {
    if (!metrics.some((metric) => metric.domain === name)) problems.push(`${name}.yaml: there are no metrics`);
  }
  if (problems.length > 0) throw new ModelError(problems);
  return {
    schemaUrl: manifest.schema_url,
    version: manifest.schema_url.slice(manifest.schema_url.lastIndexOf('/') + 1),
    attributes,
    resourceAttributes,
    metrics,
  };
}

/** The violations of the format, one line each. */
function structuralProblems(files: ModelFiles): string[] {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  const isDefinitions = ajv.compile(definitionsSchema);
  const isManifest = ajv.compile(manifestSchema);
  const problems = files['manifest.yaml'] === undefined ? ['manifest.yaml: is missing'] : [];
  for (const [name, content] of Object.entries(files)) {
    const validate = name === 'manifest.yaml' ? isManifest : isDefinitions;
    if (validate(content)) continue;
    // A failed alternative reports every branch. The deepest place is that of the mistake.
    const errors = validate.errors ?? [];
    const deepest = Math.max(...errors.map(({ instancePath }) => instancePath.split('/').length));
    for (const { instancePath, message, params } of errors) {
      if (instancePath.split('/').length < deepest) continue;
      problems.push(`${name}: ${describePlace(content, instancePath)} ${message} ${JSON.stringify(params)}`);
    }
  }
  return problems;
}

/** `metrics trading.order.placed, unit` for `/metrics/0/unit`. */
function describePlace(content: unknown, path: string): string {
  const words: string[] = [];
  let at = content;
  for (const step of path.split('/').slice(1)) {
    at = (at as Record<string, unknown> | undefined)?.[step];
    const named = at as { name?: unknown; key?: unknown; ref?: unknown } | undefined;
    const name = /^\d+$/.test(step) ? (named?.name ?? named?.key ?? named?.ref) : undefined;
    words.push(typeof name === 'string' ? name : step);
  }
  return words.join(' ');
}

interface Reference {
  readonly ref: string;
  readonly requirement_level?: 'required' | 'recommended' | 'opt_in' | { readonly conditionally_required: string };
  readonly brief?: string;
  readonly note?: string;
  readonly examples?: readonly (string | number | boolean)[];
  readonly annotations?: { readonly trademeter?: { readonly values?: readonly Omit<Value, 'id'>[] } };
}

type ReferenceOrGroup = Reference | { readonly ref_group: string };

interface RawAttribute {
  readonly key: string;
  readonly type: Attribute['type'] | { readonly members: readonly Value[] };
  readonly brief: string;
  readonly note?: string;
  readonly stability: string;
  readonly examples?: readonly (string | number | boolean)[];
  readonly annotations?: { readonly trademeter?: { readonly open?: true } };
}

interface RawMetric {
  readonly name: string;
  readonly instrument: Metric['instrument'];
  readonly unit: string;
  readonly brief: string;
  readonly note?: string;
  readonly stability: string;
  readonly attributes?: readonly ReferenceOrGroup[];
  readonly annotations: {
    readonly code_generation: { readonly metric_value_type: 'int' | 'double' };
    readonly trademeter?: {
      readonly boundaries?: readonly number[];
      readonly observable?: true;
      readonly cardinality_limit?: number;
    };
  };
}

interface DefinitionsFile {
  readonly attributes?: readonly RawAttribute[];
  readonly metrics?: readonly RawMetric[];
  readonly entities?: readonly {
    readonly type: string;
    readonly identity: readonly Reference[];
    readonly description?: readonly Reference[];
  }[];
  readonly attribute_groups?: readonly { readonly id: string; readonly attributes: readonly ReferenceOrGroup[] }[];
}

function referencesOf(
  references: readonly ReferenceOrGroup[],
  groups: ReadonlyMap<string, readonly ReferenceOrGroup[]>,
  metric: string,
  problems: string[],
): Reference[] {
  return references.flatMap((reference) => {
    if ('ref' in reference) return [reference];
    const group = groups.get(reference.ref_group);
    if (group === undefined) {
      problems.push(`${metric}: there is no attribute group ${reference.ref_group}`);
      return [];
    }
    return referencesOf(group, groups, metric, problems);
  });
}

function toAttribute(raw: RawAttribute): Attribute {
  const isEnum = typeof raw.type === 'object';
  return {
    key: raw.key,
    type: typeof raw.type === 'object' ? 'string' : raw.type,
    values: typeof raw.type === 'object' ? raw.type.members : [],
    open: !isEnum || raw.annotations?.trademeter?.open === true,
    brief: raw.brief,
    note: raw.note ?? '',
    stability: raw.stability,
    examples: raw.examples ?? [],
  };
}

function toMetricAttribute(attribute: Attribute, reference: Reference): MetricAttribute {
  const level = reference.requirement_level ?? 'recommended';
  const own = reference.annotations?.trademeter?.values?.map((value) => ({ id: value.value, ...value }));
  return {
    ...attribute,
    brief: reference.brief ?? attribute.brief,
    note: reference.note ?? attribute.note,
    examples: reference.examples ?? attribute.examples,
    values: own === undefined ? attribute.values : [...own, ...attribute.values],
    ownValues: own !== undefined,
    ...(typeof level === 'string'
      ? { requirement: level }
      : { requirement: 'conditionally_required', condition: level.conditionally_required }),
  };
}

function toMetric(domain: string, raw: RawMetric, attributes: readonly MetricAttribute[]): Metric {
  const { boundaries, observable = false, cardinality_limit: limit } = raw.annotations.trademeter ?? {};
  return {
    domain,
    name: raw.name,
    instrument: raw.instrument,
    unit: raw.unit,
    valueType: raw.annotations.code_generation.metric_value_type,
    brief: raw.brief,
    note: raw.note ?? '',
    stability: raw.stability,
    attributes,
    observable,
    ...(boundaries === undefined ? {} : { boundaries }),
    ...(limit === undefined ? {} : { cardinalityLimit: limit }),
  };
}
