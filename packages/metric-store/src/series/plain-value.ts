/** The most parts of an attribute value; each list, object and value in it is one. */
export const mostParts = 1_000;
// Deeper values are refused.
const mostNested = 20;
// What `new String('x')` and the like say they are.
const boxes = new Set(['[object String]', '[object Number]', '[object Boolean]']);

/**
 * A copy of an attribute value as plain data; `undefined` if it is not a valid attribute. Lists, objects and bytes are
 * copied, because a structured clone would refuse functions, proxies and most classes; other objects are what `toJSON` says
 * of them, such as the text of a date, URL or decimal. Never throws.
 */
export function plainValue(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? undefined : plainObject(value);
    default:
      return undefined;
  }
}

function plainObject(value: object): unknown {
  try {
    return new PlainCopy().of(value) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The copy of one attribute value. Its work is limited, because a value may lead to everything that a bot has in memory. */
class PlainCopy {
  #parts = 0;
  // The objects that the current part is in.
  readonly #within: object[] = [];

  /** @throws if a part of it is not data, or contains itself, or there are too many parts */
  of(value: unknown): unknown {
    this.#parts += 1;
    this.#requireRoom(0);
    switch (typeof value) {
      case 'bigint':
        throw new TypeError('a bigint is not an attribute');
      case 'function':
      case 'symbol':
        return undefined;
      case 'object':
        return value === null ? null : this.#ofObject(value);
      default:
        return value;
    }
  }

  #ofObject(value: object): unknown {
    if (this.#within.includes(value)) throw new TypeError('it contains itself');
    if (this.#within.length > mostNested) throw new RangeError(`nested more than ${mostNested} deep`);
    if (value instanceof Uint8Array) return Uint8Array.from(value);
    const unboxed = boxes.has(Object.prototype.toString.call(value)) ? value.valueOf() : undefined;
    // Any object can say that it is a box.
    if (['string', 'number', 'boolean'].includes(typeof unboxed)) return unboxed;
    this.#within.push(value);
    const copy = this.#ofParts(value);
    this.#within.pop();
    return copy;
  }

  #ofParts(value: object): unknown {
    const { toJSON } = value as { readonly toJSON?: unknown };
    if (typeof toJSON === 'function') return this.of(Reflect.apply(toJSON, value, ['']));
    if (Array.isArray(value)) {
      this.#requireRoom(value.length);
      return Array.from(value, (each) => this.of(each));
    }
    const keys = Object.keys(value);
    this.#requireRoom(keys.length);
    const entries = keys.map((key) => [key, this.of((value as Record<string, unknown>)[key])] as const);
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  }

  #requireRoom(more: number): void {
    if (this.#parts + more > mostParts) throw new RangeError(`more than ${mostParts} parts`);
  }
}
