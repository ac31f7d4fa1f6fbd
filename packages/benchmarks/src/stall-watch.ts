/** Watches for how long the event loop is kept, with a timer of a millisecond inside it. */
export class StallWatch {
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #longest = 0;
  readonly #stalls: number[] = [];

  start(): void {
    this.#last = performance.now();
    this.#longest = 0;
    this.#stalls.length = 0;
    this.#timer = setInterval(() => this.#look(), 1);
  }

  /** The longest time between two turns, in milliseconds, and all of those above two. */
  stop(): { readonly longest: number; readonly stalls: readonly number[] } {
    this.#look();
    clearInterval(this.#timer);
    return { longest: this.#longest, stalls: [...this.#stalls] };
  }

  #look(): void {
    const now = performance.now();
    const passed = now - this.#last;
    this.#last = now;
    if (passed > this.#longest) this.#longest = passed;
    if (passed > 2) this.#stalls.push(passed);
  }
}
