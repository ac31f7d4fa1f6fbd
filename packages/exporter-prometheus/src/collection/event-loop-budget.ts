/**
 * EventLoopBudget limits the time that scrapes block the event loop. All running scrapes share one slice per turn, so
 * many scrapes at once block it no longer than one.
 */
export class EventLoopBudget {
  readonly #sliceMillis: number;
  #end: number | undefined;
  // The longest waiting first.
  readonly #waiting: (() => void)[] = [];

  constructor(sliceMillis: number) {
    this.#sliceMillis = sliceMillis;
  }

  /** True when the slice of this turn is used up, so that the caller should wait for {@link nextTurn}. */
  get isSpent(): boolean {
    const now = performance.now();
    if (this.#end === undefined) this.#begin(now);
    return now >= (this.#end ?? now);
  }

  /**
   * Resolves in a later turn, in the order of the calls: one in each turn, and more while its slice lasts. The caller
   * may then do a piece of work before it checks {@link isSpent}.
   */
  nextTurn(): Promise<void> {
    if (this.#end === undefined) this.#begin(performance.now());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Runs a generator to its end, over as many turns as it takes. */
  async run<Result>(steps: Generator<undefined, Result>): Promise<Result> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (this.isSpent) await this.nextTurn();
    }
  }

  /** Starts a slice while Node handles sockets, timers or promises. */
  #begin(now: number): void {
    this.#end = now + this.#sliceMillis;
    // An immediate runs before Node checks timers and sockets again; a second one runs after that.
    setImmediate(() => setImmediate(() => this.#turn()));
  }

  #turn(): void {
    this.#end = undefined;
    if (this.#waiting.length === 0) return;
    this.#end = performance.now() + this.#sliceMillis;
    setImmediate(() => this.#turn());
    this.#release(this.#waiting.length);
  }

  /** @param most how many waited when the turn began; those that wait again come after them */
  #release(most: number): void {
    this.#waiting.shift()?.();
    if (most === 1) return;
    // Node runs all microtasks, and so the work of the released caller, before the next tick.
    queueMicrotask(() => {
      process.nextTick(() => {
        if (!this.isSpent) this.#release(most - 1);
      });
    });
  }
}
