/** The last days' closes, and what a trader computes from them. */
export class PriceHistory {
  readonly #days: { readonly date: string; readonly close: number }[] = [];
  readonly #length: number;

  /** @param length how many days are kept */
  constructor(length: number) {
    this.#length = length;
  }

  get isComplete(): boolean {
    return this.#days.length === this.#length;
  }

  /** How far the last close is from the one before, as a share of that. */
  get dailyMove(): number {
    const [before, last] = this.#days.slice(-2);
    return before === undefined || last === undefined ? 0 : last.close / before.close - 1;
  }

  add(date: string, close: number): void {
    this.#days.push({ date, close });
    if (this.#days.length > this.#length) this.#days.shift();
  }

  /** The day so many trading days ago; 0 is today. */
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

  /** Forgets the past: what comes next does not follow from it. */
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
