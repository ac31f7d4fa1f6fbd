import type { Attributes } from '@opentelemetry/api';
import type { AttributeDefinition, MetricDefinition } from '@trademeter/semantic-conventions';
import { describeValue } from './describe-value.ts';
import type { DropReason } from './drop-log.ts';

/** How many characters of an attribute are kept: a longer label helps nobody and costs memory in every series. */
export const longestAttributeValue = 255;

type Drop = (reason: DropReason, detail: string) => void;

interface Rule {
  readonly key: string;
  readonly definition: AttributeDefinition;
  readonly required: boolean;
}

/** Lets through the attributes that a definition knows, in a form that every SDK can take. Never throws. */
export class AttributeGuard {
  readonly #rules: readonly Rule[];
  readonly #known: ReadonlySet<string>;

  constructor(definition: MetricDefinition) {
    this.#rules = Object.entries(definition.attributes).map(([key, attribute]) => ({
      key,
      definition: attribute,
      required: attribute.requirement === 'required',
    }));
    this.#known = new Set(this.#rules.map((rule) => rule.key));
  }

  knows(key: string): boolean {
    return this.#known.has(key);
  }

  /** @returns a new object with what may be recorded, or `undefined` when a required attribute cannot be used. */
  clean(given: unknown, drop: Drop): Attributes | undefined {
    const source = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
    const clean: Attributes = {};
    for (const { key, definition, required } of this.#rules) {
      let value: unknown;
      let unreadable = false;
      try {
        value = source[key];
      } catch {
        unreadable = true;
      }
      if (value === undefined && !unreadable) {
        if (!required) continue;
        drop('missing_attribute', `attribute ${key} is missing`);
        return undefined;
      }
      const usable = unreadable ? undefined : this.#usable(definition, key, value, drop);
      if (usable !== undefined) {
        clean[key] = usable;
        continue;
      }
      const got = unreadable ? 'one that cannot be read' : describeValue(value);
      drop('invalid_attribute', `attribute ${key} must be ${allowedValues(definition)}, got ${got}`);
      if (required) return undefined;
    }
    this.#reportUnknown(source, drop);
    return clean;
  }

  #usable(
    definition: AttributeDefinition,
    key: string,
    value: unknown,
    drop: Drop,
  ): string | number | boolean | undefined {
    switch (definition.type) {
      case 'string':
        return this.#usableString(definition, key, value, drop);
      case 'boolean':
        return typeof value === 'boolean' ? value : undefined;
      case 'int':
        return Number.isInteger(value) ? (value as number) : undefined;
      case 'double':
        return Number.isFinite(value) ? (value as number) : undefined;
    }
  }

  #usableString(definition: AttributeDefinition, key: string, value: unknown, drop: Drop): string | undefined {
    // An id that happens to be a number is still that id.
    let text = typeof value === 'number' && Number.isFinite(value) ? `${value}` : value;
    if (typeof text !== 'string' || text === '') return undefined;
    const { values } = definition;
    if (values !== undefined && !values.includes(text)) {
      const lower = text.toLowerCase();
      if (values.includes(lower)) return lower;
      if (!definition.open) return undefined;
    }
    if (text.length > longestAttributeValue) {
      drop(
        'attribute_too_long',
        `attribute ${key} was cut to ${longestAttributeValue} characters, got ${describeValue(text)}`,
      );
      text = text.slice(0, longestAttributeValue);
    }
    // A lone surrogate is no Unicode: each encoder writes another thing for it.
    return (text as string).isWellFormed() ? (text as string) : (text as string).toWellFormed();
  }

  #reportUnknown(source: Record<string, unknown>, drop: Drop): void {
    try {
      for (const key in source) {
        if (!this.#known.has(key)) {
          drop(
            'unknown_attribute',
            `there is no attribute ${describeValue(key)}; there are ${[...this.#known].join(', ') || 'none'}`,
          );
        }
      }
    } catch {
      drop('unknown_attribute', 'the attributes cannot be listed');
    }
  }
}

function allowedValues({ type, values, open }: AttributeDefinition): string {
  if (type === 'int') return 'an integer';
  if (type === 'double') return 'a finite number';
  if (type === 'boolean') return 'true or false';
  return values === undefined || open ? 'a non-empty string' : `one of ${values.join(', ')}`;
}

/** Joins attributes, the later ones winning. Never throws: what cannot be read stays in as what no attribute may be. */
export function mergeAttributes(...sources: readonly unknown[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const source of sources) {
    if (typeof source !== 'object' || source === null) continue;
    for (const key of keysOf(source)) {
      try {
        merged[key] = (source as Record<string, unknown>)[key];
      } catch {
        merged[key] = Symbol('unreadable');
      }
    }
  }
  return merged;
}

function keysOf(source: object): string[] {
  try {
    return Object.keys(source);
  } catch {
    return [];
  }
}
