import type { RiskMetrics } from '@trademeter/instrumentation-risk';

const day = 24 * 60 * 60 * 1000;

const maxDailyLoss = 0.03;
const maxDrawdown = 0.3;
const maxDailyMove = 0.04;
const maxExposure = 1;
const haltDays = 5;
const settlementDays = 2;

/** What the desk checks before an order. */
export interface ProposedEntry {
  readonly time: number;
  /** The order's value as a fraction of the equity. */
  readonly fraction: number;
  readonly confidence: number;
  /** The market's change today, as a fraction of yesterday's close. */
  readonly dailyMove: number;
}

/** Rejects entries that break a rule, and halts trading after a bad day. */
export class RiskDesk {
  readonly #risk: RiskMetrics;
  readonly #dailyLoss;
  readonly #drawdown;
  readonly #volatility;
  readonly #exposure;
  readonly #exposureLimit;
  #peak = 0;
  #lastEquity: number | undefined;
  #haltedDays = 0;
  #lastSale = Number.NEGATIVE_INFINITY;

  constructor(risk: RiskMetrics) {
    this.#risk = risk;
    this.#dailyLoss = risk.breaker('daily_loss');
    this.#drawdown = risk.breaker('max_drawdown');
    this.#volatility = risk.rule('volatility');
    this.#exposure = risk.rule('exposure');
    this.#exposureLimit = risk.limit('gross_exposure');
  }

  /** Whether a breaker halts trading. */
  get isHalted(): boolean {
    return this.#dailyLoss.state === 'open' || this.#drawdown.state === 'open';
  }

  /** Checks the day's result. @returns the breaker that tripped today, if any */
  endDay(equity: number): string | undefined {
    const dailyReturn = this.#lastEquity === undefined ? 0 : equity / this.#lastEquity - 1;
    this.#lastEquity = equity;
    this.#peak = Math.max(this.#peak, equity);
    if (this.isHalted) {
      this.#haltedDays += 1;
      if (this.#haltedDays >= haltDays) {
        if (this.#dailyLoss.state === 'open') this.#dailyLoss.halfOpen();
        if (this.#drawdown.state === 'open') this.#drawdown.halfOpen();
        // The drawdown is measured from here on.
        this.#peak = equity;
      }
      return undefined;
    }
    if (dailyReturn <= -maxDailyLoss) return this.#halt(this.#dailyLoss);
    if (equity <= this.#peak * (1 - maxDrawdown)) return this.#halt(this.#drawdown);
    // A calm day after the halt.
    if (this.#dailyLoss.state === 'half_open') this.#dailyLoss.reset();
    if (this.#drawdown.state === 'half_open') this.#drawdown.reset();
    return undefined;
  }

  /** Whether the bot may enter. */
  allows({ time, fraction, confidence, dailyMove }: ProposedEntry): boolean {
    const reasons: string[] = [];
    if (this.isHalted) reasons.push('halted');
    if (!this.#volatility.check(Math.abs(dailyMove) <= maxDailyMove)) reasons.push('volatility');
    this.#exposureLimit.utilization(fraction / maxExposure);
    if (!this.#exposure.check(fraction <= maxExposure)) {
      this.#exposureLimit.hit();
      reasons.push('exposure');
    }
    if (reasons.length > 0) {
      this.#risk.reject({ reasons });
      return false;
    }
    if (time - this.#lastSale < settlementDays * day) {
      this.#risk.complianceEvent('unsettled_cash');
      return false;
    }
    this.#risk.positionSize({ fraction, confidence });
    return true;
  }

  /** Records that the position was sold. */
  sold(time: number): void {
    this.#lastSale = time;
    this.#exposureLimit.utilization(0);
  }

  #halt(breaker: { readonly name: string; trip(): void }): string {
    breaker.trip();
    this.#haltedDays = 0;
    return breaker.name;
  }
}
