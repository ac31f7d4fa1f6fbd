import type { Attributes } from '@opentelemetry/api';
import { plainValue } from './plain-value.ts';

type ValueIds = Map<unknown, number>;

const noIds: ReadonlyMap<unknown, number> = new Map();

/** An attribute whose value identifies a series. */
export type Entry = readonly [key: string, value: unknown];

/**
 * AttributeValues numbers the pairs of attribute key and value of a provider, so that a set of attributes is a few
 * integers. A number is reused when no series has its pair any more.
 */
export class AttributeValues {
  readonly #byKey = new Map<string, ValueIds>();
  // Of lists and objects, which are compared by content: apart, so that no string is taken for one.
  readonly #listsByKey = new Map<string, ValueIds>();
  readonly #freeIds: number[] = [];
  #counts = new Int32Array(256);
  #last = 0;
  #releases = 0;

  /** How often a number was released; it may stand for another pair since. */
  get releases(): number {
    return this.#releases;
  }

  /** The numbers of the values of one key, while a series has the key. */
  idsOf(key: string): ReadonlyMap<unknown, number> {
    return this.#byKey.get(key) ?? noIds;
  }

  /** The number of a pair; `undefined` if no series has it. */
  find([key, value]: Entry): number | undefined {
    return this.#idsByKey(value).get(key)?.get(comparable(value));
  }

  /** Acquires the number of a pair for a series, which releases it later. */
  acquire([key, value]: Entry): number {
    const byKey = this.#idsByKey(value);
    let ids = byKey.get(key);
    if (ids === undefined) {
      ids = new Map();
      byKey.set(key, ids);
    }
    const compared = comparable(value);
    let id = ids.get(compared);
    if (id === undefined) {
      id = this.#freeIds.pop() ?? this.#newId();
      ids.set(compared, id);
    }
    this.#counts[id] = (this.#counts[id] as number) + 1;
    return id;
  }

  release([key, value]: Entry): void {
    const byKey = this.#idsByKey(value);
    const ids = byKey.get(key);
    const compared = comparable(value);
    const id = ids?.get(compared);
    if (ids === undefined || id === undefined) return;
    const count = (this.#counts[id] as number) - 1;
    this.#counts[id] = count;
    if (count > 0) return;
    this.#releases += 1;
    ids.delete(compared);
    this.#freeIds.push(id);
    if (ids.size === 0) byKey.delete(key);
  }

  #idsByKey(value: unknown): Map<string, ValueIds> {
    return typeof value === 'object' ? this.#listsByKey : this.#byKey;
  }

  #newId(): number {
    this.#last += 1;
    if (this.#last === this.#counts.length) {
      const counts = new Int32Array(2 * this.#counts.length);
      counts.set(this.#counts);
      this.#counts = counts;
    }
    return this.#last;
  }
}

/** Lists and objects are compared by content. */
function comparable(value: unknown): unknown {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

/**
 * The attributes that identify a series: own, enumerable and with a value, which is a plain copy if it is a list or an
 * object. `null`, `undefined` and values that are not valid attributes are ignored.
 */
export function entriesOf(attributes: Attributes): Entry[] {
  const entries: Entry[] = [];
  for (const [key, given] of Object.entries(attributes)) {
    const value = plainValue(given);
    if (value !== undefined) entries.push([key, value]);
  }
  return entries;
}

/**
 * The attributes as plain data, with every getter read once: the given object if it is frozen and has only data, else a
 * copy.
 */
export function ownAttributes(attributes: Attributes): Attributes {
  if (typeof attributes !== 'object') return {};
  return Object.isFrozen(attributes) && hasOnlyData(attributes) ? attributes : compactCopy(attributes);
}

const mostShapes = 1_000;
const shapes = new Map<string, Attributes>();

/**
 * A copy with exactly the memory for these keys, unlike an object that grew key by key: a process may have a hundred
 * thousand of them.
 */
function compactCopy(attributes: Attributes): Attributes {
  const keys = Object.keys(attributes);
  const name = JSON.stringify(keys);
  let shape = shapes.get(name);
  if (shape === undefined) {
    // The engine gives parsed objects exactly the size they need, and copies keep it.
    shape = JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:""`).join()}}`) as Attributes;
    if (shapes.size < mostShapes) shapes.set(name, shape);
  }
  const copy = { ...shape };
  for (const key of keys) copy[key] = attributes[key];
  return copy;
}

/** Frozen attributes of exactly these entries, which come from {@link ownAttributes}. */
export function frozenAttributes(own: Attributes, entries: readonly Entry[]): Attributes {
  const isPlain = entries.every(([key, value]) => typeof value !== 'object' && typeof own[key] === typeof value);
  if (isPlain && Object.keys(own).length === entries.length) return Object.freeze(own);
  return Object.freeze(attributesOf(entries));
}

/** Attributes of exactly these entries. */
export function attributesOf(entries: readonly Entry[]): Attributes {
  return Object.fromEntries(entries);
}

function hasOnlyData(attributes: Attributes): boolean {
  return Object.values(Object.getOwnPropertyDescriptors(attributes)).every(
    (descriptor) => 'value' in descriptor && descriptor.enumerable === true,
  );
}

/** A frozen copy of attributes, without those that cannot identify a series. */
export function copyAttributes(attributes: Attributes): Attributes {
  const own = ownAttributes(attributes);
  return frozenAttributes(own, entriesOf(own));
}

/** The keys of own attributes that have an invalid value and are not in their entries. */
export function unusableKeys(own: Attributes, entries: readonly Entry[]): string[] {
  const usable = new Set(entries.map(([key]) => key));
  return Object.entries(own).flatMap(([key, value]) =>
    value === undefined || value === null || usable.has(key) ? [] : key,
  );
}

/** A text that identifies a series: equal for its attributes in any order, different for other series. */
export function canonicalKey(attributes: Attributes): string {
  const entries = entriesOf(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // As text, because JSON writes all numbers that are not finite as null.
  return JSON.stringify(entries.map(([key, value]) => [key, typeof value, String(comparable(value))]));
}
