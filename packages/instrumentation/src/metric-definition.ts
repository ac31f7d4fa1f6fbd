import { ConfigurationError, defaultCardinalityLimit, describeValue, Problems } from '@trademeter/config';
import type { AttributeDefinition, MetricDefinition } from '@trademeter/semantic-conventions';

// The API's instrument name syntax, https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax
const instrumentName = /^[A-Za-z][\w./-]{0,254}$/;
const attributeTypes = ['string', 'int', 'double', 'boolean'];
const definitionKeys = Object.keys({
  name: true,
  instrument: true,
  unit: true,
  description: true,
  attributes: true,
  boundaries: true,
  cardinalityLimit: true,
} satisfies Record<keyof MetricDefinition, true>);
const attributeKeys = Object.keys({
  type: true,
  requirement: true,
  values: true,
  open: true,
} satisfies Record<keyof AttributeDefinition, true>);
const requirementLevels = ['required', 'conditionally_required', 'recommended', 'opt_in'];

/**
 * Defines a metric of your own, with types, checks and buckets like those of the conventions. Pass it to
 * `startTelemetry({ metrics: […] })` as well, so that its buckets become a view.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_DEFINITION`) if the name, unit, attributes or boundaries are invalid
 */
export function defineMetric<const D extends MetricDefinition>(definition: D): D {
  checkDefinition(definition);
  return Object.freeze(definition);
}

/** The cardinality limit of a metric, unless a view sets another. */
export function seriesLimit({ cardinalityLimit = defaultCardinalityLimit }: MetricDefinition): number {
  return cardinalityLimit;
}

/** @throws ConfigurationError (`ERR_TRADEMETER_DEFINITION`) */
export function checkDefinition(definition: MetricDefinition, instrument?: MetricDefinition['instrument']): void {
  const { name } = definition;
  const fail = (part: string, allowed: string, value: unknown): never => {
    throw new ConfigurationError(
      'instrumentation',
      `${part} of metric ${describeValue(name)} must be ${allowed}, got ${describeValue(value)}`,
      { code: 'ERR_TRADEMETER_DEFINITION', option: part, value },
    );
  };
  if (typeof name !== 'string' || !instrumentName.test(name)) {
    fail('the name', 'a letter followed by at most 254 letters, digits, _ . - or /', name);
  }
  const kinds = instrument === undefined ? ['counter', 'updowncounter', 'gauge', 'histogram'] : [instrument];
  if (!kinds.includes(definition.instrument)) fail('the instrument', kinds.join(', '), definition.instrument);
  if (typeof definition.unit !== 'string' || definition.unit.length > 63) {
    fail('the unit', 'a UCUM unit of at most 63 characters', definition.unit);
  }
  if (typeof definition.description !== 'string') fail('the description', 'a string', definition.description);
  if (typeof definition.attributes !== 'object' || definition.attributes === null) {
    fail('the attributes', 'an object', definition.attributes);
  }
  for (const [key, attribute] of Object.entries(definition.attributes)) {
    if (!attributeTypes.includes(attribute?.type)) {
      fail(`the type of attribute ${key}`, `one of ${attributeTypes.join(', ')}`, attribute?.type);
    }
    if (!requirementLevels.includes(attribute.requirement)) {
      fail(`the requirement of attribute ${key}`, `one of ${requirementLevels.join(', ')}`, attribute.requirement);
    }
  }
  const problems = new Problems('instrumentation');
  problems.checkKeys(`metric ${describeValue(name)}`, definition, definitionKeys);
  for (const [key, attribute] of Object.entries(definition.attributes)) {
    problems.checkKeys(`attribute ${describeValue(key)} of metric ${describeValue(name)}`, attribute, attributeKeys);
  }
  problems.throwIfAny('ERR_TRADEMETER_DEFINITION');
  const { boundaries } = definition;
  if (definition.instrument !== 'histogram') {
    if (boundaries !== undefined) fail('the boundaries', `absent on a ${definition.instrument}`, boundaries);
    return;
  }
  const ascending =
    Array.isArray(boundaries) &&
    boundaries.length > 0 &&
    boundaries.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > boundaries[index - 1]));
  if (!ascending) fail('the boundaries', 'a list of ascending finite numbers', boundaries);
}
