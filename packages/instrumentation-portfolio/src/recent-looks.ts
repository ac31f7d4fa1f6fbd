import { EquityCurve, type EquityPoint } from './equity-curve.ts';
import type { PeriodCalendar } from './period-calendar.ts';
import type { Flows } from './unit-value.ts';

/** By how many snapshots a deposit may be late. */
const mostRecent = 1_000;

/**
 * A curve with its most recent snapshots, which are computed again if a deposit or a withdrawal is reported after the
 * snapshot that includes it.
 */
export class RecentLooks {
  readonly #calendar: PeriodCalendar;
  #curve: EquityCurve | undefined;
  /** The curve without the recent snapshots. */
  #settled: EquityCurve | undefined;
  #recent: EquityPoint[] = [];
  #firstTime = 0;

  constructor(calendar: PeriodCalendar) {
    this.#calendar = calendar;
  }

  /** `undefined` before the first snapshot. */
  get curve(): EquityCurve | undefined {
    return this.#curve;
  }

  /** @returns the seconds from peak to peak, if this ends a drawdown */
  add(point: EquityPoint): number | undefined {
    if (this.#curve === undefined || this.#settled === undefined) {
      this.#curve = new EquityCurve(this.#calendar, point);
      this.#settled = this.#curve.copy();
      this.#firstTime = point.time;
      return undefined;
    }
    this.#recent.push(point);
    if (this.#recent.length > mostRecent) {
      const [oldest] = this.#recent.splice(0, 1);
      if (oldest !== undefined) this.#settled.add(oldest);
    }
    return this.#curve.add(point);
  }

  /**
   * Adds money to the first snapshot that is not before `time`, or to the oldest recent one if `time` is earlier. The
   * very first snapshot already includes earlier money.
   *
   * @returns false if no snapshot includes the money yet
   */
  amend(flows: Flows, time: number | undefined): boolean {
    const last = this.#recent.at(-1)?.time ?? this.#firstTime;
    if (time === undefined || this.#settled === undefined || time > last) return false;
    if (time <= this.#firstTime) return true;
    // Searched from the end, because a clock may have been set back.
    let index = this.#recent.length - 1;
    while (index > 0 && (this.#recent[index - 1]?.time ?? Number.NEGATIVE_INFINITY) >= time) index -= 1;
    const look = this.#recent[index];
    if (look === undefined) return false;
    this.#recent[index] = {
      ...look,
      deposits: look.deposits + flows.deposits,
      withdrawals: look.withdrawals + flows.withdrawals,
    };
    const curve = this.#settled.copy();
    for (const point of this.#recent) curve.add(point);
    this.#curve = curve;
    return true;
  }

  clear(): void {
    this.#curve = undefined;
    this.#settled = undefined;
    this.#recent = [];
  }
}
