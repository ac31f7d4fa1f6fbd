/** Less than this share below the peak is rounding. */
const rounding = 1e-9;

/** How far a value is below its peak, how far it ever was, and since when. */
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

  /** Another one that goes on from here. */
  copy(): Drawdown {
    const copy = new Drawdown(this.#latest, this.#latestTime);
    copy.#peak = this.#peak;
    copy.#peakTime = this.#peakTime;
    copy.#max = this.#max;
    return copy;
  }

  /** The share of the peak that is lost: 0 at the peak, above 1 when the value is below 0. */
  get current(): number {
    return this.#isBelow() ? 1 - this.#latest / this.#peak : 0;
  }

  /** The largest there has been. */
  get max(): number {
    return this.#max;
  }

  /** Seconds since the value was last seen at its peak. A clock that runs backwards adds nothing and takes nothing. */
  ageSeconds(time: number): number {
    return (Math.max(time, this.#latestTime) - this.#peakTime) / 1000;
  }

  /** @returns the seconds from peak to peak when the value is back at its peak with this, otherwise `undefined` */
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

  /** Takes this for the peak, whatever was before; the largest drawdown stands. */
  beginAnew(value: number, time: number): void {
    this.#peak = value;
    this.#latest = value;
    this.#peakTime = time;
    this.#latestTime = time;
  }

  #isBelow(): boolean {
    return this.#latest < this.#peak * (1 - rounding);
  }
}
