import { createHistogram } from 'node:perf_hooks';

/** How late the orders of a loop were, in milliseconds. */
export interface OrderDelays {
  readonly orders: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly maxMillis: number;
}

/** A loop with an order to place every two milliseconds, which records how late each one is. */
export class OrderLoop {
  readonly #place: (order: number) => void;
  readonly #delays = createHistogram();
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #orders = 0;

  /** @param place records an order */
  constructor(place: (order: number) => void) {
    this.#place = place;
  }

  start(): void {
    this.#delays.reset();
    this.#orders = 0;
    this.#due = performance.now() + intervalMillis;
    this.#timer = setInterval(() => this.#turn(), intervalMillis);
  }

  stop(): OrderDelays {
    clearInterval(this.#timer);
    const millis = (percentile: number) => this.#delays.percentile(percentile) / 1e6;
    return { orders: this.#orders, p50Millis: millis(50), p99Millis: millis(99), maxMillis: this.#delays.max / 1e6 };
  }

  #turn(): void {
    const now = performance.now();
    // All orders due by now, each with its own delay: a blocked loop is late for every one of them.
    while (this.#due <= now) {
      this.#delays.record(Math.max(1, Math.round((now - this.#due) * 1e6)));
      this.#place(this.#orders);
      this.#orders += 1;
      this.#due += intervalMillis;
    }
  }
}

const intervalMillis = 2;
