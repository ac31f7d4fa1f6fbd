import type { RoundTrip } from './account.ts';
import type { Books } from './books.ts';

/** Prints each trade, each month, and a summary at the end. */
export class Journal {
  readonly #write: (line: string) => void;
  #firstDate: string | undefined;
  #lastDate = '';
  #equity = 0;
  #peak = 0;
  #maxDrawdown = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  bought(date: string, quantity: number, price: number): void {
    this.#write(`${date}  bought ${quantity} at ${price.toFixed(2)}`);
  }

  sold(date: string, { quantity, exitPrice, pnl }: RoundTrip): void {
    this.#write(`${date}  sold ${quantity} at ${exitPrice.toFixed(2)}: ${signed(pnl)}`);
  }

  tripped(date: string, breaker: string): void {
    this.#write(`${date}  ${breaker} tripped: trading is halted`);
  }

  /** Ends a trading day. The first day of a month prints the line of the previous month. */
  endDay(date: string, equity: number): void {
    if (this.#firstDate !== undefined && monthOf(date) !== monthOf(this.#lastDate)) this.#endMonth();
    this.#firstDate ??= date;
    this.#lastDate = date;
    this.#equity = equity;
    this.#peak = Math.max(this.#peak, equity);
    this.#maxDrawdown = Math.max(this.#maxDrawdown, this.#drawdown);
  }

  /** @param benchmark the value of the same money if invested on the first day */
  summary(books: Books, benchmark: number): string[] {
    if (this.#firstDate === undefined) return ['no day was traded'];
    const { wins, losses, deposits, equity, ordersPlaced, ordersClosed } = books;
    const outcomes = Object.entries(ordersClosed).map(([outcome, count]) => `${count} ${outcome}`);
    return [
      `traded       ${books.bars} days, ${this.#firstDate} to ${this.#lastDate}`,
      `equity       ${dollars(equity)} (${gain(equity, deposits)}); buy and hold ${dollars(benchmark)} (${gain(benchmark, deposits)})`,
      `drawdown     ${percent(this.#maxDrawdown)} at most`,
      `round trips  ${wins + losses}: ${wins} won, ${losses} lost, ${signed(books.realizedPnl)} net`,
      `orders       ${ordersPlaced}: ${outcomes.join(', ') || 'none'}; ${books.fills} fills, ${dollars(books.feesPaid)} in fees`,
      `breakers     ${books.trips} ${books.trips === 1 ? 'trip' : 'trips'}`,
    ];
  }

  get #drawdown(): number {
    return 1 - this.#equity / this.#peak;
  }

  #endMonth(): void {
    const month = monthOf(this.#lastDate).padEnd(this.#lastDate.length);
    this.#write(`${month}  equity ${dollars(this.#equity)}  drawdown ${percent(this.#drawdown)}`);
  }
}

function monthOf(date: string): string {
  return date.slice(0, 7);
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString('en-US', { maximumFractionDigits: 0 })}`;
}

function signed(amount: number): string {
  return `${amount < 0 ? '-' : '+'}${dollars(Math.abs(amount))}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function gain(equity: number, deposits: number): string {
  const share = equity / deposits - 1;
  return `${share < 0 ? '-' : '+'}${percent(Math.abs(share))}`;
}
