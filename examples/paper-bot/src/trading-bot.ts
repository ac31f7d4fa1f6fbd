import type { ExitTrigger } from '@trademeter/instrumentation-risk';
import { Account } from './account.ts';
import type { Analyst } from './analyst.ts';
import { type Books, emptyBooks } from './books.ts';
import { BuyAndHold } from './buy-and-hold.ts';
import type { FeatureStore } from './feature-store.ts';
import { Features, slowDays } from './features.ts';
import type { Instruments } from './instruments.ts';
import { Journal } from './journal.ts';
import { MomentumStrategy } from './momentum-strategy.ts';
import type { PaperBroker, PaperOrder } from './paper-broker.ts';
import type { PriceFeed } from './price-feed.ts';
import { PriceHistory } from './price-history.ts';
import type { ReplayedBar } from './replay.ts';
import { RiskDesk } from './risk-desk.ts';

/** What the bot trades. */
export const symbol = 'SPX';

const startingCash = 100_000;
/** The fraction of the equity that an entry invests; the rest covers price moves until the fill. */
const investedFraction = 0.98;
const stopLoss = 0.1;
/** Per year, on the position's value. */
const interestRate = 0.02;
/** What the broker lends, as a fraction of the equity. */
const marginRatio = 2;

/** The parts of the bot. */
export interface Surroundings {
  readonly feed: PriceFeed;
  readonly store: FeatureStore;
  readonly analyst: Analyst;
  readonly broker: PaperBroker;
  /** Receives each line of output. */
  readonly log: (text: string) => void;
}

/** Goes long in an uptrend, leaves in a downtrend, on a stop loss or when a breaker trips. */
export class TradingBot {
  readonly books: Books = emptyBooks();
  readonly #metrics: Instruments;
  readonly #around: Surroundings;
  readonly #desk: RiskDesk;
  readonly #features: Features;
  readonly #momentum: MomentumStrategy;
  readonly #account = new Account(startingCash);
  readonly #benchmark = new BuyAndHold(startingCash);
  readonly #journal: Journal;
  readonly #history = new PriceHistory(slowDays);

  constructor(metrics: Instruments, around: Surroundings) {
    this.#metrics = metrics;
    this.#around = around;
    this.#journal = new Journal(around.log);
    this.#desk = new RiskDesk(metrics.risk);
    this.#features = new Features(around.store, this.#history);
    this.#momentum = new MomentumStrategy(metrics.strategy, this.#features);
    this.books.deposits = startingCash;
  }

  /** One trading day: read the market, decide, trade, record the portfolio. */
  async trade(announced: ReplayedBar): Promise<void> {
    const { strategy } = this.#metrics;
    await strategy.cycle.time(async () => {
      const bar = await this.#around.feed.fetch(announced);
      this.#history.add(bar.date, bar.close);
      this.#account.mark(bar.close);
      this.#benchmark.mark(bar);
      this.#payInterest();
      const isTripped = this.#endDay(bar);
      if (this.#history.isComplete) await this.#decide(bar, isTripped);
      if (bar.isLast) this.#history.clear();
      this.#takeStock();
      this.#journal.endDay(bar.date, this.#account.equity);
    });
  }

  /** The result so far, as lines of text. */
  summary(): string[] {
    return this.#journal.summary(this.books, this.#benchmark.value);
  }

  /** @returns whether a breaker tripped today */
  #endDay(bar: ReplayedBar): boolean {
    const { runtime, strategy } = this.#metrics;
    const tripped = this.#desk.endDay(this.#account.equity);
    if (this.#desk.isHalted) strategy.pause();
    else strategy.activate();
    if (tripped === undefined) return false;
    this.books.trips += 1;
    runtime.alertSent({ category: 'risk', channel: 'console' });
    this.#journal.tripped(bar.date, tripped);
    return true;
  }

  async #decide(bar: ReplayedBar, isTripped: boolean): Promise<void> {
    const { risk, strategy } = this.#metrics;
    const signalTime = Date.now();
    const signal = this.#momentum.evaluate(symbol, this.#account.holding !== undefined);

    const decided = await strategy.decision.time(async (timer) => {
      const { dailyMove } = this.#history;
      const opinion = await this.#around.analyst.opinion(symbol, this.#features, dailyMove);
      const exit = this.#exitTrigger(bar, signal.action === 'sell', isTripped);
      const entry = exit === undefined && signal.action === 'buy' && opinion.action !== 'sell' && !bar.isLast;
      timer.decide(exit !== undefined ? 'sell' : entry ? 'buy' : 'hold');
      return { exit, entry, dailyMove };
    });

    if (decided.exit !== undefined) {
      risk.exit(decided.exit);
      await this.#sell(bar, signalTime);
    } else if (decided.entry) {
      const signalToOrder = strategy.signalToOrder.start();
      const { dailyMove } = decided;
      const proposal = { time: bar.time, fraction: investedFraction, confidence: signal.confidence, dailyMove };
      if (!this.#desk.allows(proposal)) return;
      signalToOrder.stop();
      await this.#buy(bar, investedFraction, signalTime);
    }
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

  /** Sells at the market, with retries: an exit must not fail. */
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
    const order = this.#metrics.orders.place(request);
    let paid = 0;
    books.ordersPlaced += 1;
    for await (const report of this.#around.broker.send(request)) {
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
          paid += report.quantity * report.price;
          books[report.fee < 0 ? 'rebatesReceived' : 'feesPaid'] += Math.abs(report.fee);
          this.#book(bar, request.side, report);
          break;
        case 'rejected':
          order.reject(report.reason);
          this.#metrics.runtime.error(report.reason, { component: 'broker', severity: 'warning' });
          break;
        case 'expired':
          order.expire();
          break;
      }
    }
    const { filledQuantity } = order;
    if (request.side === 'buy' && filledQuantity > 0) {
      this.#journal.bought(bar.date, filledQuantity, paid / filledQuantity);
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
    this.#metrics.orders.trade({
      symbol,
      positionSide: 'long',
      pnl: trade.pnl,
      openedTime: trade.openedTime,
      closedTime: bar.time,
    });
    this.#metrics.portfolio.trade({ symbol, pnl: trade.pnl });
    this.#desk.sold(bar.time);
    this.books.realizedPnl += trade.pnl;
    this.books[trade.pnl > 0 ? 'wins' : 'losses'] += 1;
    this.#journal.sold(bar.date, trade);
  }

  /** Charges the broker's overnight interest on the position. */
  #payInterest(): void {
    const interest = (this.#account.positionValue * interestRate) / 365;
    if (interest === 0) return;
    this.#account.finance(interest);
    this.#metrics.portfolio.funding({ symbol, amount: -interest });
    this.books.interestPaid += interest;
  }

  #takeStock(): void {
    const { equity, cash, holding, positionValue, unrealizedPnl } = this.#account;
    this.#metrics.portfolio.snapshot({
      value: equity,
      cash,
      buyingPower: cash + equity * (marginRatio - 1),
      marginUtilization: positionValue / (equity * marginRatio),
      realizedPnl: this.books.realizedPnl,
      benchmark: { name: 'buy_and_hold', value: this.#benchmark.value },
      positions:
        holding === undefined
          ? []
          : [{ symbol, side: 'long', quantity: holding.quantity, value: positionValue, unrealizedPnl }],
    });
    this.books.bars += 1;
    this.books.equity = equity;
  }
}
