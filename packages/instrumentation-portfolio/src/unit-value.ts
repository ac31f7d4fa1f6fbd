/** Deposits and withdrawals between two snapshots; neither is negative. */
export interface Flows {
  readonly deposits: number;
  readonly withdrawals: number;
}

/** The share of an emptied account that a rounding error may leave. */
const dust = 1e-9;

/**
 * The value of one unit of the portfolio, as a fund computes it: 1 at the start, and changed by trading alone. Its
 * changes are time-weighted returns. Without deposits and withdrawals it is equity / first equity.
 *
 * Between two snapshots, deposits count at the start and withdrawals at the end: growth = (equity + withdrawals) /
 * (previous equity + deposits). This is exact for a snapshot just before a deposit and just after a withdrawal, and it
 * never divides by a small equity from before a deposit.
 */
export class UnitValue {
  #value: number | undefined;
  #equity: number;
  /** A remainder up to this amount counts as 0 after everything was withdrawn. */
  #negligible = 0;
  // The base of the computation. The last snapshot as a base would add up rounding errors and could not pass 0.
  #anchor: { readonly value: number; readonly equity: number } | undefined;

  constructor(equity: number) {
    this.#equity = equity;
    if (equity > 0) this.#anchorAt(1);
  }

  /** A copy that changes independently. */
  copy(): UnitValue {
    const copy = new UnitValue(this.#equity);
    copy.#value = this.#value;
    copy.#negligible = this.#negligible;
    copy.#anchor = this.#anchor;
    return copy;
  }

  /** `undefined` until there is money. 0 or less after a total loss. */
  get value(): number | undefined {
    return this.#value;
  }

  /** @returns whether it restarted at 1, because there was no equity to compute a return on */
  update(equity: number, { deposits, withdrawals }: Flows): boolean {
    const capital = this.#equity + deposits;
    const hasFlows = deposits > 0 || withdrawals > 0;
    const before = this.#value;
    this.#equity = equity;
    if (this.#anchor !== undefined && !hasFlows) {
      this.#value = this.#anchor.value * (equity / this.#anchor.equity);
      return false;
    }
    this.#anchor = undefined;
    if (before === undefined || before <= 0) {
      // New money after a total loss: there is no growth rate from nothing to something.
      if (equity > 0) this.#anchorAt(1);
      return equity > 0;
    }
    const value = hasFlows && capital > 0 ? before * ((equity + withdrawals) / capital) : before;
    if (hasFlows) this.#negligible = dust * withdrawals;
    if (equity > this.#negligible) this.#anchorAt(value);
    else this.#value = value;
    return false;
  }

  #anchorAt(value: number): void {
    this.#value = value;
    this.#anchor = { value, equity: this.#equity };
  }
}
