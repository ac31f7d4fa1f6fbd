/**
 * Shares out the time that scrapes may keep the event loop: all that is under way has one slice of each turn together,
 * so that many scrapes at once keep it no longer than one.
 */
export class EventLoopBudget {
  readonly #sliceMillis: number;
  #end: number | undefined;
  // Who waits for the longest time first.
  readonly #waiting: (() => void)[] = [];

  constructor(sliceMillis: number) {
    this.#sliceMillis = sliceMillis;
  }

  /** True when the slice of this turn is used up, and others should have theirs before there is more. */
  get isSpent(): boolean {
    const now = performance.now();
    if (this.#end === undefined) this.#begin(now);
    return now >= (this.#end ?? now);
  }

  /**
   * Resolves in a later turn, in the order in which it was asked for: one in each turn, and more while its slice lasts.
   * Whoever waited may then do a piece of work before looking at {@link isSpent}.
   */
  nextTurn(): Promise<void> {
    if (this.#end === undefined) this.#begin(performance.now());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Runs steps to their end, over as many budget as they take. */
  async run<Result>(steps: Generator<undefined, Result>): Promise<Result> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (this.isSpent) await this.nextTurn();
    }
  }

  /** Begins while Node handles sockets, timers or promises. */
  #begin(now: number): void {
    this.#end = now + this.#sliceMillis;
    // An immediate comes before Node looks at timers and sockets again, the second one behind that.
    setImmediate(() => setImmediate(() => this.#turn()));
  }

  #turn(): void {
    this.#end = undefined;
    if (this.#waiting.length === 0) return;
    this.#end = performance.now() + this.#sliceMillis;
    setImmediate(() => this.#turn());
    this.#release(this.#waiting.length);
  }

  /** @param most how many waited when the turn began: who waits again during it stands behind them */
  #release(most: number): void {
    this.#waiting.shift()?.();
    if (most === 1) return;
    // Node runs all microtasks, and with them the work of the one that was released, before the next tick.
    queueMicrotask(() => {
      process.nextTick(() => {
        if (!this.isSpent) this.#release(most - 1);
      });
    });
  }
}
