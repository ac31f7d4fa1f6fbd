/** What a kind of orders has is few; of what callers make up, such as a type, no more than this is kept. */
const mostBound = 50;

/** Bound series of one instrument, by the attribute that tells them apart; each is bound when it is first needed. */
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
