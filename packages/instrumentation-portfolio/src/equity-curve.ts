import { Drawdown } from './drawdown.ts';
import { PeriodBaselines } from './period-baselines.ts';
import type { CalendarDate, Period, PeriodCalendar } from './period-calendar.ts';
import { type Flows, UnitValue } from './unit-value.ts';

/** The equity at one time. */
export interface EquityPoint extends Flows {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly equity: number;
}

interface Mark {
  /** Profit or loss since the start. */
  readonly pnl: number;
  readonly unitValue: number | undefined;
}

/** The number of daily returns that are kept for the Sharpe ratio. */
const returnDays = 30;

/** Equity over time, adjusted for deposits and withdrawals. Its memory does not grow with time. */
export class EquityCurve {
  readonly #calendar: PeriodCalendar;
  readonly #firstEquity: number;
  #unitValue: UnitValue;
  #baselines: PeriodBaselines<Mark>;
  #dailyReturns: number[] = [];
  #netDeposits = 0;
  #mark: Mark;
  #drawdown: Drawdown | undefined;
  // The first day has no previous close, so it has no return.
  #dayHasReturn = false;

  /** @param first the first point; its equity includes its flows */
  constructor(calendar: PeriodCalendar, first: EquityPoint) {
    this.#calendar = calendar;
    this.#firstEquity = first.equity;
    this.#unitValue = new UnitValue(first.equity);
    this.#mark = { pnl: 0, unitValue: this.#unitValue.value };
    this.#baselines = new PeriodBaselines(calendar.dateAt(first.time), this.#mark);
    if (this.#mark.unitValue !== undefined) this.#drawdown = new Drawdown(this.#mark.unitValue, first.time);
  }

  /** A copy that changes independently. */
  copy(): EquityCurve {
    const copy = new EquityCurve(this.#calendar, { time: 0, equity: this.#firstEquity, deposits: 0, withdrawals: 0 });
    copy.#unitValue = this.#unitValue.copy();
    copy.#baselines = this.#baselines.copy();
    copy.#dailyReturns = [...this.#dailyReturns];
    copy.#netDeposits = this.#netDeposits;
    copy.#mark = this.#mark;
    copy.#drawdown = this.#drawdown?.copy();
    copy.#dayHasReturn = this.#dayHasReturn;
    return copy;
  }

  /** `undefined` until there is money. */
  get drawdown(): Drawdown | undefined {
    return this.#drawdown;
  }

  /** @returns the seconds from peak to peak, if this ends a drawdown */
  add(point: EquityPoint): number | undefined {
    this.#moveTo(this.#calendar.dateAt(point.time));
    this.#netDeposits += point.deposits - point.withdrawals;
    const beganAnew = this.#unitValue.update(point.equity, point);
    const unitValue = this.#unitValue.value;
    this.#mark = { pnl: point.equity - this.#firstEquity - this.#netDeposits, unitValue };
    if (unitValue === undefined) return undefined;
    if (!beganAnew) return this.#drawdown?.update(unitValue, point.time);
    this.#baselines.rebase(({ pnl }) => ({ pnl, unitValue }));
    this.#dayHasReturn = false;
    if (this.#drawdown === undefined) this.#drawdown = new Drawdown(unitValue, point.time);
    else this.#drawdown.restart(unitValue, point.time);
    return undefined;
  }

  /** The change in equity in the current period, without deposits and withdrawals. */
  pnl(period: Period, time: number): number {
    return this.#mark.pnl - this.#baselines.at(period, this.#calendar.dateAt(time), this.#mark).pnl;
  }

  /** The time-weighted return in the current period; `undefined` if the period started without money. */
  return(period: Period, time: number): number | undefined {
    return returnFrom(this.#baselines.at(period, this.#calendar.dateAt(time), this.#mark), this.#mark);
  }

  /** The returns of the last days that have ended, newest last. Days without a snapshot are skipped. */
  dailyReturns(time: number): readonly number[] {
    const today = this.#endedDay(this.#calendar.dateAt(time));
    return today === undefined ? this.#dailyReturns : [...this.#dailyReturns, today].slice(-returnDays);
  }

  #moveTo(date: CalendarDate): void {
    const ended = this.#endedDay(date);
    if (ended !== undefined && this.#dailyReturns.push(ended) > returnDays) this.#dailyReturns.shift();
    if (this.#baselines.hasBegun('day', date)) this.#dayHasReturn = true;
    this.#baselines.advance(date, this.#mark);
  }

  /** The return of the last day with a snapshot, if that day has ended on this date. */
  #endedDay(date: CalendarDate): number | undefined {
    if (!this.#dayHasReturn || !this.#baselines.hasBegun('day', date)) return undefined;
    return returnFrom(this.#baselines.baseline('day'), this.#mark);
  }
}

function returnFrom(start: Mark, end: Mark): number | undefined {
  if (start.unitValue === undefined || end.unitValue === undefined || start.unitValue <= 0) return undefined;
  return end.unitValue / start.unitValue - 1;
}
