/** A smaller share below the peak is a rounding error. */
const rounding = 1e-9;

/** Tracks how far a value is below its peak, the largest drawdown so far, and its age. */
export class Drawdown {
  #peak: number;
  #peakTime: number;
  #latest: number;
  #latestTime: number;
  #max = 0;

  /** @param time milliseconds since the epoch */
  constructor(value: number, time: number) {
    this.#peak = value;
    this.#latest = value;
    this.#peakTime = time;
    this.#latestTime = time;
  }

  /** A copy that changes independently. */
  copy(): Drawdown {
    const copy = new Drawdown(this.#latest, this.#latestTime);
    copy.#peak = this.#peak;
    copy.#peakTime = this.#peakTime;
    copy.#max = this.#max;
    return copy;
  }

  /** The share of the peak that is lost: 0 at the peak, above 1 if the value is below 0. */
  get current(): number {
    return this.#isBelow() ? 1 - this.#latest / this.#peak : 0;
  }

  /** The largest drawdown so far. */
  get max(): number {
    return this.#max;
  }

  /** Seconds since the value was last at its peak. A clock that steps back does not change it. */
  ageSeconds(time: number): number {
    return (Math.max(time, this.#latestTime) - this.#peakTime) / 1000;
  }

  /** @returns the seconds from peak to peak if the value has just recovered, otherwise `undefined` */
  update(value: number, time: number): number | undefined {
    if (time < this.#latestTime) this.#peakTime -= this.#latestTime - time;
    const wasBelow = this.#isBelow();
    this.#latest = value;
    this.#latestTime = time;
    if (this.#isBelow()) {
      this.#max = Math.max(this.#max, this.current);
      return undefined;
    }
    const recoverySeconds = wasBelow ? this.ageSeconds(time) : undefined;
    this.#peak = Math.max(this.#peak, value);
    this.#peakTime = time;
    return recoverySeconds;
  }

  /** Starts again with this value as the peak. Keeps the largest drawdown. */
  restart(value: number, time: number): void {
    this.#peak = value;
    this.#latest = value;
    this.#peakTime = time;
    this.#latestTime = time;
  }

  #isBelow(): boolean {
    return this.#latest < this.#peak * (1 - rounding);
  }
}
