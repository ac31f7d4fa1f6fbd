import { describeValue, type Meter, swallowIfPromise } from '@trademeter/instrumentation';
import { isTime } from './period-calendar.ts';

/** Reads the caller's clock. If it throws or returns an invalid time, the last valid time is used. */
export class Clock {
  readonly #meter: Meter;
  readonly #now: () => number;
  #last: number | undefined;

  constructor(meter: Meter, now: () => number) {
    this.#meter = meter;
    this.#now = now;
  }

  /** @returns milliseconds since the epoch; `undefined` if no reading was ever valid */
  read(): number | undefined {
    let time: unknown;
    try {
      time = this.#now();
    } catch (error) {
      time = error;
    }
    if (isTime(time)) this.#last = time;
    else {
      const got = swallowIfPromise(time) ? 'a promise' : describeValue(time);
      this.#meter.drop(
        'trading.portfolio.pnl',
        'invalid_value',
        `now must return milliseconds since the epoch, got ${got}`,
      );
    }
    return this.#last;
  }
}
