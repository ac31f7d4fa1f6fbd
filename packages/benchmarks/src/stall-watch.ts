/** The two longest times between two turns of the event loop, in milliseconds. */
export interface Stalls {
  readonly longest: number;
  readonly next: number;
}

/** Watches for how long the event loop is kept, with a timer of a millisecond inside it. */
export class StallWatch {
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #stalls: Stalls = { longest: 0, next: 0 };

  start(): void {
    this.#last = performance.now();
    this.#stalls = { longest: 0, next: 0 };
    this.#timer = setInterval(() => this.#look(), 1);
  }

  stop(): Stalls {
    this.#look();
    clearInterval(this.#timer);
    return this.#stalls;
  }

  #look(): void {
    const now = performance.now();
    const passed = now - this.#last;
    this.#last = now;
    const { longest, next } = this.#stalls;
    if (passed > longest) this.#stalls = { longest: passed, next: longest };
    else if (passed > next) this.#stalls = { longest, next: passed };
  }
}
