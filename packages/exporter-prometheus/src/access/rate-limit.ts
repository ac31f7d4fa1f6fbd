/** Lets through a number of requests at once, and one more in every interval: a token bucket. */
export class RateLimit {
  readonly #intervalMillis: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #last: number;

  /** @param now milliseconds */
  constructor(intervalMillis: number, burst: number, now: () => number) {
    this.#intervalMillis = intervalMillis;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#last = now();
  }

  /** Takes one of what is allowed. @returns false when nothing is left */
  take(): boolean {
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#last) / this.#intervalMillis);
    this.#last = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
