import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { describeValue } from '@trademeter/config';
import { log } from './log.ts';

type RawAttributes = ReturnType<Resource['getRawAttributes']>;

/** The release of OpenTelemetry's SDK that this package matches; a test compares it. */
const sdkVersion = '3.1.0';

/**
 * createResource creates a resource from known attributes. Invalid values are dropped and logged. Unlike
 * `@opentelemetry/resources`, it loads few modules.
 *
 * @see https://opentelemetry.io/docs/specs/otel/resource/sdk/#create
 */
export function createResource(attributes: Attributes, schemaUrl?: string): Resource {
  return new KnownResource(attributes, schemaUrl);
}

/** emptyResource returns a resource without attributes, for metrics whose resource is ignored. */
export function emptyResource(): Resource {
  return createResource({});
}

/** https://opentelemetry.io/docs/specs/otel/resource/sdk/#sdk-provided-resource-attributes */
export function defaultResource(): Resource {
  return createResource({
    'service.name': `unknown_service:${process.argv0}`,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': sdkVersion,
  });
}

class KnownResource implements Resource {
  readonly attributes: Attributes;
  readonly asyncAttributesPending = false;
  readonly schemaUrl?: string;

  constructor(attributes: Attributes, schemaUrl: string | undefined) {
    this.attributes = Object.fromEntries(Object.entries(attributes).filter(isUsable));
    if (schemaUrl !== undefined) this.schemaUrl = schemaUrl;
  }

  getRawAttributes(): RawAttributes {
    return Object.entries(this.attributes);
  }

  merge(other: Resource | null): Resource {
    return other === null ? this : new MergedResource(this, other);
  }
}

/** A merged resource. The second part takes precedence, and may have attributes that are still being detected. */
class MergedResource implements Resource {
  readonly #base: Resource;
  readonly #over: Resource;
  readonly schemaUrl?: string;
  #attributes: Attributes | undefined;

  constructor(base: Resource, over: Resource) {
    this.#base = base;
    this.#over = over;
    const schemaUrl = mergeSchemaUrls(base.schemaUrl, over.schemaUrl);
    if (schemaUrl !== undefined) this.schemaUrl = schemaUrl;
  }

  get attributes(): Attributes {
    if (this.#attributes !== undefined) return this.#attributes;
    const attributes = { ...this.#base.attributes, ...this.#over.attributes };
    if (!this.asyncAttributesPending) this.#attributes = attributes;
    return attributes;
  }

  get asyncAttributesPending(): boolean {
    return [this.#base, this.#over].some(({ asyncAttributesPending }) => asyncAttributesPending === true);
  }

  async waitForAsyncAttributes(): Promise<void> {
    await Promise.all([this.#base.waitForAsyncAttributes?.(), this.#over.waitForAsyncAttributes?.()]);
  }

  /** The first of a name takes precedence. */
  getRawAttributes(): RawAttributes {
    return [...this.#over.getRawAttributes(), ...this.#base.getRawAttributes()];
  }

  merge(other: Resource | null): Resource {
    return other === null ? this : new MergedResource(this, other);
  }
}

/** If two schema URLs differ, neither is used: https://opentelemetry.io/docs/specs/otel/resource/sdk/#merge */
function mergeSchemaUrls(base: string | undefined, over: string | undefined): string | undefined {
  const [first, ...others] = new Set([base, over].filter((each) => each !== undefined && each !== ''));
  return others.length === 0 ? first : undefined;
}

function isUsable([key, value]: [string, unknown]): boolean {
  if (key !== '' && isAttributeValue(value)) return true;
  if (value !== undefined)
    log.warn(`dropped the resource attribute ${describeValue(key)}: its value is ${describeValue(value)}`);
  return false;
}

/** A string, number or boolean, or a list of one of these. */
function isAttributeValue(value: unknown): boolean {
  if (!Array.isArray(value)) return isPrimitive(value);
  const kinds = new Set(value.filter((each) => each !== null && each !== undefined).map((each) => typeof each));
  return kinds.size <= 1 && value.every((each) => each === null || each === undefined || isPrimitive(each));
}

function isPrimitive(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
