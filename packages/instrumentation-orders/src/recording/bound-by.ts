/** Limits memory: some keys, such as an order type, are made up by callers. */
const mostBound = 50;

/** Bound series of one instrument, by the attribute in which they differ. Each is bound when first needed. */
export class BoundBy<K, B> {
  readonly #bind: (value: K) => B;
  readonly #bound = new Map<K, B>();

  constructor(bind: (value: K) => B) {
    this.#bind = bind;
  }

  get(value: K): B {
    const known = this.#bound.get(value);
    if (known !== undefined) return known;
    const bound = this.#bind(value);
    if (this.#bound.size < mostBound) this.#bound.set(value, bound);
    return bound;
  }
}
