import { describeValue, type Meter, swallowIfPromise } from '@trademeter/instrumentation';
import { isTime } from './period-calendar.ts';

/** Reads the clock that the caller passed, which may throw or return anything: then the last good time stands. */
export class Clock {
  readonly #meter: Meter;
  readonly #now: () => number;
  #last: number | undefined;

  constructor(meter: Meter, now: () => number) {
    this.#meter = meter;
    this.#now = now;
  }

  /** @returns milliseconds since the epoch; `undefined` when no reading was ever usable */
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
