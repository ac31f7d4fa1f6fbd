import type { Attributes } from '@opentelemetry/api';
import { describeValue } from '@trademeter/config';
import {
  ATTR_TRADING_CURRENCY,
  type AttributeDefinition,
  type MetricDefinition,
} from '@trademeter/semantic-conventions';
import { allowedValues, attributeValue, longestAttributeValue } from './attribute-value.ts';
import { currencyCode } from './currency-code.ts';
import type { DropReason } from './drop-log.ts';

/** Called for each invalid attribute. */
export type Drop = (reason: DropReason, detail: string) => void;

/** Stands for a value whose getter threw. */
const unreadable = Symbol('unreadable');

/** Keeps the attributes that a definition has, in a form that every SDK accepts. Never throws. */
export class AttributeGuard {
  readonly #attributes: readonly (readonly [key: string, definition: AttributeDefinition])[];
  readonly #known: ReadonlySet<string>;

  constructor(definition: MetricDefinition) {
    this.#attributes = Object.entries(definition.attributes);
    this.#known = new Set(Object.keys(definition.attributes));
  }

  knows(key: string): boolean {
    return this.#known.has(key);
  }

  /** @returns a new object with the valid attributes; `undefined` if a required attribute is missing or invalid */
  clean(given: unknown, drop: Drop): Attributes | undefined {
    const source = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
    const clean: Attributes = {};
    for (const [key, definition] of this.#attributes) {
      const usable = usableAttribute(key, definition, valueOf(source, key), drop);
      if (usable !== undefined) clean[key] = usable;
      else if (definition.requirement === 'required') return undefined;
    }
    this.#reportUnknown(source, drop);
    return clean;
  }

  #reportUnknown(source: Record<string, unknown>, drop: Drop): void {
    try {
      for (const key in source) {
        if (!this.#known.has(key)) {
          drop(
            'unknown_attribute',
            `there is no attribute ${describeValue(key)}; the attributes are ${[...this.#known].join(', ') || 'none'}`,
          );
        }
      }
    } catch {
      drop('unknown_attribute', 'the keys of the attributes cannot be read');
    }
  }
}

/** Converts one attribute to its recorded form, or reports why it is dropped. `null` and `undefined` are omitted. */
export function usableAttribute(
  key: string,
  definition: AttributeDefinition,
  value: unknown,
  drop: Drop,
): string | number | boolean | undefined {
  if (value === undefined || value === null) {
    if (definition.requirement === 'required') drop('missing_attribute', `attribute ${key} is missing`);
    return undefined;
  }
  const usable = attributeValue(definition, value);
  if (usable === undefined) {
    const got = value === unreadable ? 'a value that cannot be read' : describeValue(value);
    drop('invalid_attribute', `attribute ${key} must be ${allowedValues(definition)}, got ${got}`);
  } else if (typeof value === 'string' && value.length > longestAttributeValue) {
    drop(
      'attribute_too_long',
      `attribute ${key} was cut to ${longestAttributeValue} characters, got ${describeValue(value)}`,
    );
  }
  return key === ATTR_TRADING_CURRENCY && typeof usable === 'string' ? currencyCode(usable) : usable;
}

/** Merges attributes; later ones win. Never throws: an unreadable value stays as one that the guard drops. */
export function mergeAttributes(...sources: readonly unknown[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const source of sources) {
    if (typeof source !== 'object' || source === null) continue;
    for (const key of keysOf(source)) merged[key] = valueOf(source as Record<string, unknown>, key);
  }
  return merged;
}

function valueOf(source: Record<string, unknown>, key: string): unknown {
  try {
    return source[key];
  } catch {
    return unreadable;
  }
}

function keysOf(source: object): string[] {
  try {
    return Object.keys(source);
  } catch {
    return [];
  }
}
