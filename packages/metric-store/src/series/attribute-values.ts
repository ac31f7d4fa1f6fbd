import type { Attributes } from '@opentelemetry/api';

type ValueIds = Map<unknown, number>;

const noIds: ReadonlyMap<unknown, number> = new Map();

/** An attribute with a value that can be told apart. */
export type Entry = readonly [key: string, value: unknown];

/**
 * Numbers for pairs of attribute key and value, shared by all series of a provider: a set of attributes is then a few
 * integers. A number is used again when no series has the pair any more.
 */
export class AttributeValues {
  readonly #byKey = new Map<string, ValueIds>();
  readonly #freeIds: number[] = [];
  #counts = new Int32Array(256);
  #last = 0;
  #releases = 0;

  /** How often a number was released, and may since stand for another pair. */
  get releases(): number {
    return this.#releases;
  }

  /** The numbers of the values of one key, as long as some series has the key. */
  idsOf(key: string): ReadonlyMap<unknown, number> {
    return this.#byKey.get(key) ?? noIds;
  }

  /** The number of a pair that some series has; `undefined` when none has. */
  find([key, value]: Entry): number | undefined {
    return this.#byKey.get(key)?.get(comparable(value));
  }

  /** The number of a pair, for a series that will release it. */
  acquire([key, value]: Entry): number {
    let ids = this.#byKey.get(key);
    if (ids === undefined) {
      ids = new Map();
      this.#byKey.set(key, ids);
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
    const ids = this.#byKey.get(key);
    const compared = comparable(value);
    const id = ids?.get(compared);
    if (ids === undefined || id === undefined) return;
    const count = (this.#counts[id] as number) - 1;
    this.#counts[id] = count;
    if (count > 0) return;
    this.#releases += 1;
    ids.delete(compared);
    this.#freeIds.push(id);
    if (ids.size === 0) this.#byKey.delete(key);
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

/** A list is compared by what is in it; the prefix keeps it apart from a string. */
function comparable(value: unknown): unknown {
  return typeof value === 'object' ? `\u0000${JSON.stringify(value)}` : value;
}

/**
 * The attributes that identify a series: own, enumerable, with a value. Others are ignored: `null` and `undefined`, as
 * the API has them, and what OpenTelemetry has no attribute for.
 */
export function entriesOf(attributes: Attributes): Entry[] {
  return Object.entries(attributes).filter(([, value]) => isUsable(value));
}

function isUsable(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return true;
    case 'object':
      return value !== null && isSerializable(value);
    default:
      return false;
  }
}

function isSerializable(value: object): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The attributes as data of our own, with every getter read once: the given object when it is frozen and has only data,
 * else a copy.
 */
export function ownAttributes(attributes: Attributes): Attributes {
  if (typeof attributes !== 'object') return {};
  return Object.isFrozen(attributes) && hasOnlyData(attributes) ? attributes : compactCopy(attributes);
}

const mostShapes = 1_000;
const shapes = new Map<string, Attributes>();

/**
 * A copy in an object that has room for these keys and no more, which one that grew key by key has not: a process may
 * have a hundred thousand of them.
 */
function compactCopy(attributes: Attributes): Attributes {
  const keys = Object.keys(attributes);
  const name = JSON.stringify(keys);
  let shape = shapes.get(name);
  if (shape === undefined) {
    // The engine makes what it parses of the size that it needs, and copies it in the same size.
    shape = JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:""`).join()}}`) as Attributes;
    if (shapes.size < mostShapes) shapes.set(name, shape);
  }
  const copy = { ...shape };
  for (const key of keys) copy[key] = attributes[key];
  return copy;
}

/** A frozen set of exactly these entries, which are those of the {@link ownAttributes}. */
export function frozenAttributes(own: Attributes, entries: readonly Entry[]): Attributes {
  const isPlain = entries.every(([, value]) => typeof value !== 'object');
  if (isPlain && Object.keys(own).length === entries.length) return Object.freeze(own);
  const copied = entries.map(([key, value]) => [key, typeof value === 'object' ? structuredClone(value) : value]);
  return Object.freeze(Object.fromEntries(copied) as Attributes);
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

/** The keys of attributes that are ignored although they have a value. */
export function unusableKeys(attributes: Attributes): string[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === null || isUsable(value) ? [] : key,
  );
}

/** A text that is the same for attributes in any order, and another one for those of another series. */
export function canonicalKey(attributes: Attributes): string {
  const entries = entriesOf(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // As text, because JSON has one form for all numbers that are not finite.
  return JSON.stringify(entries.map(([key, value]) => [key, typeof value, String(comparable(value))]));
}
