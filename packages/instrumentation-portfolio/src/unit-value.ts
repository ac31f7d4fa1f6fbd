/** What came in and went out between two looks at the equity; neither is negative. */
export interface Flows {
  readonly deposits: number;
  readonly withdrawals: number;
}

/** Floating point leaves this much of an account that was emptied. */
const dust = 1e-9;

/**
 * What one unit of the portfolio is worth, as a fund would compute it: 1 at the beginning, and changed by trading alone.
 * Its changes are time-weighted returns. Without deposits and withdrawals it is the equity over the first equity.
 *
 * Between two looks, deposits count as made at the beginning and withdrawals as made at the end:
 * growth = (equity + withdrawals) / (equity before + deposits). That is exact when one looks just before a deposit and
 * just after a withdrawal, and it never divides by the little that was there before the money came.
 */
export class UnitValue {
  #value: number | undefined;
  #equity: number;
  /** What is no more than this after everything was withdrawn is nothing. */
  #negligible = 0;
  // Computed from here rather than from the last look, so that nothing adds up, and so that an account may go through 0.
  #anchor: { readonly value: number; readonly equity: number } | undefined;

  constructor(equity: number) {
    this.#equity = equity;
    if (equity > 0) this.#anchorAt(1);
  }

  /** Another one that goes on from here. */
  copy(): UnitValue {
    const copy = new UnitValue(this.#equity);
    copy.#value = this.#value;
    copy.#negligible = this.#negligible;
    copy.#anchor = this.#anchor;
    return copy;
  }

  /** `undefined` while there has been no money. 0 or less after a total loss. */
  get value(): number | undefined {
    return this.#value;
  }

  /** @returns whether it began anew at 1, because there was nothing that a return could be computed on */
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
      // New money after a total loss: no growth leads from nothing to something.
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
