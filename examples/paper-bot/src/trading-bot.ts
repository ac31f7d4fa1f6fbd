import type { OrderMetrics } from '@trademeter/instrumentation-orders';
import type { PortfolioMetrics } from '@trademeter/instrumentation-portfolio';
import type { ExitTrigger, RiskMetrics } from '@trademeter/instrumentation-risk';
import { Account } from './account.ts';
import { type Books, emptyBooks } from './books.ts';
import type { MomentumStrategy } from './momentum-strategy.ts';
import type { PaperBroker, PaperOrder } from './paper-broker.ts';
import type { ReplayedBar } from './replay.ts';
import { RiskDesk } from './risk-desk.ts';

/** What the bot trades. */
export const symbol = 'SPX';

const startingCash = 100_000;
/** The share of the equity that an entry invests: some is left for the price to move until it is filled. */
const investedFraction = 0.98;
const stopLoss = 0.1;
/** A year on the position's value. */
const interestRate = 0.02;

/** What the bot measures with. */
export interface Instruments {
  readonly orders: OrderMetrics;
  readonly portfolio: PortfolioMetrics;
  readonly risk: RiskMetrics;
}

/** Goes long in an uptrend, leaves in a downtrend, on a stop loss or when a breaker trips. */
export class TradingBot {
  readonly books: Books = emptyBooks();
  readonly #orders: OrderMetrics;
  readonly #portfolio: PortfolioMetrics;
  readonly #risk: RiskMetrics;
  readonly #desk: RiskDesk;
  readonly #strategy: MomentumStrategy;
  readonly #broker: PaperBroker;
  readonly #account = new Account(startingCash);
  readonly #log: (text: string) => void;
  #lastClose: number | undefined;

  constructor(
    { orders, portfolio, risk }: Instruments,
    strategy: MomentumStrategy,
    broker: PaperBroker,
    log: (text: string) => void,
  ) {
    this.#orders = orders;
    this.#portfolio = portfolio;
    this.#risk = risk;
    this.#desk = new RiskDesk(risk);
    this.#strategy = strategy;
    this.#broker = broker;
    this.#log = log;
    this.books.deposits = startingCash;
  }

  /** One trading day: look, decide, trade, take stock. */
  async trade(bar: ReplayedBar): Promise<void> {
    const account = this.#account;
    account.mark(bar.close);
    this.#payInterest();

    const tripped = this.#desk.endDay(account.equity);
    if (tripped !== undefined) {
      this.books.trips += 1;
      this.#log(`${bar.date}  ${tripped} tripped: trading is halted`);
    }

    const signalTime = performance.timeOrigin + performance.now();
    const signal = this.#strategy.evaluate(bar.close, account.holding !== undefined);
    const exit = this.#exitTrigger(bar, signal.action === 'sell', tripped !== undefined);
    if (exit !== undefined) {
      this.#risk.exit(exit);
      await this.#sell(bar, signalTime);
    } else if (signal.action === 'buy' && !bar.isLast) {
      const fraction = investedFraction;
      const dailyMove = bar.close / (this.#lastClose ?? bar.close) - 1;
      if (this.#desk.allows({ time: bar.time, fraction, confidence: signal.confidence, dailyMove })) {
        await this.#buy(bar, fraction, signalTime);
      }
    }

    this.#lastClose = bar.close;
    if (bar.isLast) this.#strategy.reset();
    this.#takeStock();
  }

  #exitTrigger(bar: ReplayedBar, isDowntrend: boolean, isTripped: boolean): ExitTrigger | undefined {
    const { holding } = this.#account;
    if (holding === undefined) return undefined;
    if (isTripped) return 'liquidation';
    if (bar.close <= holding.entryPrice * (1 - stopLoss)) return 'stop_loss';
    if (isDowntrend) return 'signal';
    return bar.isLast ? 'time' : undefined;
  }

  async #buy(bar: ReplayedBar, fraction: number, signalTime: number): Promise<void> {
    const quantity = Math.floor((this.#account.equity * fraction) / bar.close);
    if (quantity < 1) return;
    await this.#execute(bar, {
      symbol,
      side: 'buy',
      type: 'limit',
      timeInForce: 'day',
      quantity,
      expectedPrice: bar.close,
      signalTime,
    });
  }

  /** At the market, and again when the broker refuses: a bot that wants out has to get out. */
  async #sell(bar: ReplayedBar, signalTime: number): Promise<void> {
    for (let quantity = this.#account.holding?.quantity; quantity; quantity = this.#account.holding?.quantity) {
      await this.#execute(bar, {
        symbol,
        side: 'sell',
        type: 'market',
        timeInForce: 'day',
        quantity,
        expectedPrice: bar.close,
        signalTime,
      });
    }
  }

  /** Sends one order and follows it to its end. */
  async #execute(bar: ReplayedBar, request: PaperOrder): Promise<void> {
    const { books } = this;
    const order = this.#orders.place(request);
    books.ordersPlaced += 1;
    for await (const report of this.#broker.send(request)) {
      switch (report.type) {
        case 'new':
          order.acknowledge();
          break;
        case 'trade':
          order.fill({
            quantity: report.quantity,
            price: report.price,
            executionId: report.executionId,
            liquidity: report.liquidity,
            fee: { amount: report.fee },
          });
          books.fills += 1;
          books.notional += report.quantity * report.price;
          books[report.fee < 0 ? 'rebatesReceived' : 'feesPaid'] += Math.abs(report.fee);
          this.#book(bar, request.side, report);
          break;
        case 'rejected':
          order.reject(report.reason);
          break;
        case 'expired':
          order.expire();
          break;
      }
    }
    const outcome = order.outcome ?? 'open';
    books.ordersClosed[outcome] = (books.ordersClosed[outcome] ?? 0) + 1;
  }

  #book(bar: ReplayedBar, side: string, fill: { quantity: number; price: number; fee: number }): void {
    if (side === 'buy') {
      this.#account.buy(fill.quantity, fill.price, fill.fee, bar.time);
      return;
    }
    const trade = this.#account.sell(fill.quantity, fill.price, fill.fee);
    if (trade === undefined) return;
    this.#orders.trade({
      symbol,
      positionSide: 'long',
      pnl: trade.pnl,
      openedTime: trade.openedTime,
      closedTime: bar.time,
    });
    this.#portfolio.trade({ pnl: trade.pnl });
    this.#desk.sold(bar.time);
    this.books.realizedPnl += trade.pnl;
    this.books[trade.pnl > 0 ? 'wins' : 'losses'] += 1;
    const result = `${trade.pnl < 0 ? '-' : '+'}$${Math.abs(trade.pnl).toFixed(0)}`;
    this.#log(`${bar.date}  sold ${trade.quantity} at ${trade.exitPrice.toFixed(2)}: ${result}`);
  }

  /** The broker lends the money for the position overnight. */
  #payInterest(): void {
    const interest = (this.#account.positionValue * interestRate) / 365;
    if (interest === 0) return;
    this.#account.finance(interest);
    this.#portfolio.funding({ symbol, amount: -interest });
    this.books.interestPaid += interest;
  }

  #takeStock(): void {
    const { equity, cash, holding, positionValue, unrealizedPnl } = this.#account;
    this.#portfolio.snapshot({
      value: equity,
      cash,
      buyingPower: cash,
      realizedPnl: this.books.realizedPnl,
      positions:
        holding === undefined
          ? []
          : [{ symbol, side: 'long', quantity: holding.quantity, value: positionValue, unrealizedPnl }],
    });
    this.books.bars += 1;
    this.books.equity = equity;
  }
}
