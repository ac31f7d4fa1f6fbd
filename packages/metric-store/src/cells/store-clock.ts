import type { HrTime } from '@opentelemetry/api';

/** Whole milliseconds since the provider was created. */
export type StoreTime = number;

/** StoreClock is the clock of a provider. */
export class StoreClock {
  readonly #now: () => number;
  readonly #origin: number;
  // Cached, because series often begin together and all points share an interval.
  #lastTime: StoreTime = Number.NaN;
  #lastHrTime: HrTime = [0, 0];

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
    this.#origin = Math.round(now());
  }

  now(): StoreTime {
    const millis = Math.round(this.#now()) - this.#origin;
    const integer = millis | 0;
    // The same number as an integer, which for the first 24 days a series holds without allocating.
    return integer === millis ? integer : millis;
  }

  /** The time as OpenTelemetry's seconds and nanoseconds since the epoch. */
  toHrTime(time: StoreTime): HrTime {
    if (time !== this.#lastTime) {
      const millis = this.#origin + time;
      const seconds = Math.floor(millis / 1000);
      this.#lastTime = time;
      this.#lastHrTime = [seconds, (millis - seconds * 1000) * 1_000_000];
    }
    return this.#lastHrTime;
  }
}
