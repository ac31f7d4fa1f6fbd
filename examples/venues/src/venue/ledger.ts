import { type Amount, asMoney, type Money } from './decimal.ts';

/** The state of an order at its venue. */
export type OrderState = 'open' | 'filled' | 'canceled' | 'expired' | 'rejected' | 'failed';

/** A fee; negative for a rebate. */
export interface LedgerFee {
  readonly amount: Amount;
  readonly currency: string;
}

/** One execution. */
export interface Execution {
  readonly id: string;
  readonly quantity: Amount;
  readonly price: Amount;
  /** The price that the bot expected. */
  readonly expectedPrice: Amount;
  readonly isMaker: boolean;
  readonly fees: readonly LedgerFee[];
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** An order as the venue knows it, or only the bot. */
export interface LedgerOrder {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly currency: string;
  readonly executions: readonly Execution[];
  /** Busted executions: they were fills, and their fees stay until the venue refunds them. */
  readonly busted?: readonly Execution[];
  readonly state: OrderState;
  /** The venue's code, if it rejected the order. */
  readonly rejection?: string | undefined;
}

/** A position that was opened and closed again. */
export interface LedgerTrade {
  readonly isLong: boolean;
  readonly entryPrice: Amount;
  readonly exitPrice: Amount;
  readonly quantity: Amount;
  readonly fees: Amount;
}

/** Exact figures by name, in units of 10⁻²⁴; counts too. */
export type Figures = ReadonlyMap<string, Money>;

const once = asMoney(10n ** 12n);

/** Adds up the events with integer arithmetic, without the code under test. */
export function figuresOf(orders: Iterable<LedgerOrder>): Figures {
  const figures = new Map<string, Money>();
  const add = (name: string, money: Money) => figures.set(name, (figures.get(name) ?? 0n) + money);
  for (const { symbol, side, currency, executions, busted = [], state, rejection } of orders) {
    add(`placed ${symbol} ${side}`, once);
    if (state === 'open') add(`open ${symbol} ${side}`, once);
    else add(`closed ${symbol} ${side} ${state}`, once);
    if (rejection !== undefined) add(`rejections ${rejection}`, once);
    for (const { fees } of busted) {
      add(`fills ${symbol} ${side}`, once);
      for (const fee of fees) add(`fees ${fee.currency}`, asMoney(fee.amount));
    }
    for (const { quantity, price, expectedPrice, fees } of executions) {
      add(`fills ${symbol} ${side}`, once);
      add(`notional ${symbol} ${side} ${currency}`, quantity * price);
      // the cost above the expected price
      const worse = side === 'buy' ? price - expectedPrice : expectedPrice - price;
      add(`slippage ${symbol} ${currency}`, worse * quantity);
      for (const fee of fees) add(`fees ${fee.currency}`, asMoney(fee.amount));
    }
  }
  return figures;
}

/** Adds up round trips by result. */
export function tradeFigures(trades: Iterable<LedgerTrade>, currency: string): Figures {
  const figures = new Map<string, Money>();
  for (const { isLong, entryPrice, exitPrice, quantity, fees } of trades) {
    const gain = (isLong ? exitPrice - entryPrice : entryPrice - exitPrice) * quantity - asMoney(fees);
    const result = gain > 0n ? 'win' : gain < 0n ? 'loss' : 'breakeven';
    const [count, sum] = [`trades ${result}`, `pnl ${result} ${currency}`];
    figures.set(count, (figures.get(count) ?? 0n) + once);
    figures.set(sum, (figures.get(sum) ?? 0n) + (gain < 0n ? -gain : gain));
  }
  return figures;
}
