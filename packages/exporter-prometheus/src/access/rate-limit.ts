/** RateLimit is a token bucket: it allows a burst of requests, and one more in every interval. */
export class RateLimit {
  readonly #intervalMillis: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #last: number;

  /** @param now the current time in milliseconds */
  constructor(intervalMillis: number, burst: number, now: () => number) {
    this.#intervalMillis = intervalMillis;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#last = now();
  }

  /** Takes a token. @returns false when none is left */
  take(): boolean {
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#last) / this.#intervalMillis);
    this.#last = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
