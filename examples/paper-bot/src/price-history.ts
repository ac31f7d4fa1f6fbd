/** The closes of the last days, and figures computed from them. */
export class PriceHistory {
  readonly #days: { readonly date: string; readonly close: number }[] = [];
  readonly #length: number;

  /** @param length days to keep */
  constructor(length: number) {
    this.#length = length;
  }

  get isComplete(): boolean {
    return this.#days.length === this.#length;
  }

  /** The change of the last close, as a fraction of the previous one. */
  get dailyMove(): number {
    const [before, last] = this.#days.slice(-2);
    return before === undefined || last === undefined ? 0 : last.close / before.close - 1;
  }

  add(date: string, close: number): void {
    this.#days.push({ date, close });
    if (this.#days.length > this.#length) this.#days.shift();
  }

  /** The day that many trading days ago; 0 is today. */
  date(daysAgo: number): string {
    return this.#days.at(-1 - daysAgo)?.date ?? '';
  }

  /** The average close of the last days. */
  average(days: number): number {
    return mean(this.#closes(days));
  }

  /** The standard deviation of the last days' returns. */
  volatility(days: number): number {
    const closes = this.#closes(days + 1);
    const returns = closes.slice(1).map((close, index) => close / (closes[index] as number) - 1);
    const average = mean(returns);
    return Math.sqrt(mean(returns.map((each) => (each - average) ** 2)));
  }

  /** Deletes all days: the next bar does not continue them. */
  clear(): void {
    this.#days.length = 0;
  }

  #closes(days: number): number[] {
    return this.#days.slice(-days).map(({ close }) => close);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
