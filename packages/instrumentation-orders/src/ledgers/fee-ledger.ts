import type { ParsedFee } from '../reading/parse-fill.ts';

interface PaidFee {
  readonly amount: number;
  readonly currency: string;
}

/** What was paid for the executions of one order, so that no fee counts twice. */
export class FeeLedger {
  readonly #currency: string;
  #paid: Map<string, PaidFee[]> | undefined;

  /** @param currency of fees that name none */
  constructor(currency: string) {
    this.#currency = currency;
  }

  /** Whether anything is known of the fees of an execution, be it that it has none. */
  has(executionId: string): boolean {
    return this.#paid?.has(executionId) === true;
  }

  /** @returns those fees of an execution that were not there before */
  add(executionId: string, fees: readonly ParsedFee[]): readonly PaidFee[] {
    const paid = this.#of(executionId);
    const added: PaidFee[] = [];
    for (const fee of fees) {
      const { amount, currency } = this.#inCurrency(fee);
      if (paid.some((each) => each.amount === amount && each.currency === currency)) continue;
      paid.push({ amount, currency });
      added.push({ amount, currency });
    }
    return added;
  }

  /**
   * The fees of a corrected execution replace those that it had, by currency.
   *
   * @returns what they differ by
   */
  correct(previousId: string, id: string, fees: readonly ParsedFee[]): readonly PaidFee[] {
    const paid = this.#of(previousId);
    this.#paid?.set(id, paid);
    const differences: PaidFee[] = [];
    for (const fee of fees) {
      const { amount, currency } = this.#inCurrency(fee);
      const before = paid.filter((each) => each.currency === currency).reduce((sum, each) => sum + each.amount, 0);
      if (amount === before) continue;
      paid.push({ amount: amount - before, currency });
      differences.push({ amount: amount - before, currency });
    }
    return differences;
  }

  #inCurrency({ amount, currency }: ParsedFee): PaidFee {
    return { amount, currency: currency ?? this.#currency };
  }

  #of(executionId: string): PaidFee[] {
    this.#paid ??= new Map();
    let paid = this.#paid.get(executionId);
    if (paid === undefined) {
      paid = [];
      this.#paid.set(executionId, paid);
    }
    return paid;
  }
}
