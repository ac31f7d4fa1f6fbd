import { createMeter, describeValue, type Meter } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_PAYMENT_DIRECTION,
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_VENUE,
  type AttributesOf,
  tradingPerformancePnl,
  tradingPortfolioBuyingPower,
  tradingPortfolioCash,
  tradingPortfolioExposureGross,
  tradingPortfolioExposureNet,
  tradingPortfolioMarginUtilization,
  tradingPortfolioPnl,
  tradingPortfolioRealizedPnl,
  tradingPortfolioRecoveryDuration,
  tradingPortfolioValue,
  tradingPositionFunding,
  tradingPositionValue,
} from '@trademeter/semantic-conventions';
import { Clock } from './clock.ts';
import { type PortfolioHistory, readHistory, type UsableHistory } from './history.ts';
import { Performance } from './performance.ts';
import { isDefined, type PerformanceFigures, showPerformances, takePerformance } from './performance-metrics.ts';
import { PeriodCalendar } from './period-calendar.ts';
import { type PortfolioFigures, showPortfolio, takeFigures } from './portfolio-figures.ts';
import { completePortfolioOptions, type PortfolioOptions } from './portfolio-options.ts';
import { type Position, PositionBook } from './position-book.ts';
import { RealizedPnl } from './realized-pnl.ts';
import { version } from './version.ts';

/** A portfolio at this moment. All money is in the portfolio's currency; what is left out stays as it was. */
export interface PortfolioSnapshot {
  /** Equity: what would be left if every position were closed now. P&L, return and drawdown follow from it. */
  readonly value: number;
  readonly cash?: number | undefined;
  readonly buyingPower?: number | undefined;
  /** All positions that are held: one that is missing here is closed. */
  readonly positions?: readonly Position[] | undefined;
  /** Share of the available margin that is in use, from 0 to 1. */
  readonly marginUtilization?: number | undefined;
  /** In multiples of equity, where the broker tells it. Default: computed from the positions. */
  readonly exposure?: Exposure | undefined;
  /** All that was realized so far, from any beginning on. Once given, it is used instead of trades and funding. */
  readonly realizedPnl?: number | undefined;
}

/** Positions in multiples of equity. */
export interface Exposure {
  /** Long and short added up: the leverage. */
  readonly gross: number;
  /** Long minus short. */
  readonly net: number;
}

/** Money that comes into the portfolio or leaves it. Tell it before the first snapshot that contains it. */
export interface CashFlow {
  /** In the portfolio's currency, not negative. */
  readonly amount: number;
}

/** Whether a payment was `paid` or `received`. */
export type PaymentDirection = AttributesOf<typeof tradingPositionFunding>[typeof ATTR_TRADING_PAYMENT_DIRECTION];

/** A funding, swap or borrowing payment of a position. */
export interface FundingPayment {
  readonly symbol: string;
  /** With a direction it is not negative; without one, below 0 is paid and above is received. */
  readonly amount: number;
  readonly direction?: PaymentDirection | undefined;
  /** Default: the portfolio's. A payment in another currency does not count in the realized P&L. */
  readonly currency?: string | undefined;
  /** Default: the portfolio's. */
  readonly venue?: string | undefined;
}

/** A round trip: a position that was opened and is closed now. */
export interface ClosedTrade {
  /** Profit or loss in the portfolio's currency, net of fees, without funding that is told by itself. */
  readonly pnl: number;
  /** Default: the portfolio's. */
  readonly strategy?: string | undefined;
}

/** The performance of one strategy. No verb of it ever throws. */
export interface StrategyPerformance {
  /** What the strategy's share of the portfolio is worth now. Its Sharpe ratio follows from it. */
  snapshot(snapshot: Pick<PortfolioSnapshot, 'value'>): void;
  /** The strategy was given money. */
  deposit(flow: CashFlow): void;
  /** Money was taken from the strategy. */
  withdraw(flow: CashFlow): void;
  /** A round trip of this strategy; counts for the portfolio as well. */
  trade(trade: Omit<ClosedTrade, 'strategy'>): void;
  /** Forgets what is known, and begins with what happened before this process started. */
  restore(history: PortfolioHistory): void;
  /** Takes figures that the caller computed; each stands until it is reported anew. */
  report(figures: PerformanceFigures): void;
  /** Forgets everything: the next snapshot and the next trade are the first. */
  reset(): void;
}

/** The verbs of a portfolio. None of them ever throws. */
export interface PortfolioMetrics {
  /** The portfolio at this moment. Take one whenever it has changed, and at least once a day. */
  snapshot(snapshot: PortfolioSnapshot): void;
  /** Money came in. It is no profit. */
  deposit(flow: CashFlow): void;
  /** Money was taken out. It is no loss. */
  withdraw(flow: CashFlow): void;
  /** A funding payment was paid or received; it counts in the realized P&L. */
  funding(payment: FundingPayment): void;
  /** A round trip is over: it counts in the performance of the portfolio and of its strategy, and in the realized P&L. */
  trade(trade: ClosedTrade): void;
  /** The performance of the strategy of this name; the same one each time. */
  strategy(name: string): StrategyPerformance;
  /** Forgets what is known, also of strategies, and begins with what happened before this process started. */
  restore(history: PortfolioHistory): void;
  /** Takes figures that the caller computed; each stands until it is reported anew. */
  report(figures: PortfolioFigures): void;
  /** Forgets everything but the positions, also of strategies: the next snapshot is the first, as for a replay that starts over. */
  reset(): void;
}

/**
 * Measures a portfolio, its positions and its performance, from snapshots, deposits and round trips.
 *
 * One account in one currency makes one. Two of them in one process need an `account` each, or they write the same
 * series.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) when an option is wrong
 * @example
 * const portfolio = instrumentPortfolio({ currency: 'USD', venue: 'alpaca', timeZone: 'America/New_York' });
 * portfolio.snapshot({
 *   value: 10_250,
 *   cash: 4_000,
 *   positions: [{ symbol: 'AAPL', side: 'long', quantity: 25, value: 6_250, unrealizedPnl: 250 }],
 * });
 * portfolio.trade({ pnl: 120.5 });
 */
export function instrumentPortfolio(options: PortfolioOptions): PortfolioMetrics {
  const { currency, account, venue, strategy, timeZone, annualization, now, meterProvider } =
    completePortfolioOptions(options);
  const meter = createMeter({ name: '@trademeter/instrumentation-portfolio', version, meterProvider, now });
  const clock = new Clock(meter, now);
  const calendar = new PeriodCalendar(timeZone);
  const portfolio = new Performance(meter, calendar, strategy);
  const strategies = new Map<string, Performance>();
  const handles = new Map<string, StrategyPerformance>();
  let realized = new RealizedPnl(calendar);
  let equity: number | undefined;
  let exposure: Exposure | undefined;

  const money = { [ATTR_TRADING_CURRENCY]: currency, [ATTR_TRADING_ACCOUNT]: account };
  const values = meter.state(tradingPortfolioValue);
  const cashes = meter.state(tradingPortfolioCash);
  const buyingPowers = meter.state(tradingPortfolioBuyingPower);
  const marginUtilizations = meter.state(tradingPortfolioMarginUtilization);
  const recoveryDuration = meter.histogram(tradingPortfolioRecoveryDuration).bind({ [ATTR_TRADING_ACCOUNT]: account });
  const fundings = meter.counter(tradingPositionFunding);
  const positions = new PositionBook(meter, { currency, account, venue, strategy });

  showExposure(meter, account, (numerator) => {
    if (exposure !== undefined) return exposure[numerator];
    if (equity === undefined || equity <= 0 || !positions.isKnown) return undefined;
    const short = positions.valueOf('short');
    return (positions.valueOf('long') + (numerator === 'gross' ? short : -short)) / equity;
  });
  showPortfolio(meter, { performance: portfolio, realized: () => realized, clock, currency, account });
  showPerformances(meter, everyPerformance(portfolio, strategies), { clock, currency, annualization });

  /** All that a round trip counts for. */
  function performancesOf(name: string | undefined): Performance[] {
    if (name === undefined || name === strategy) return [portfolio];
    return strategy === undefined ? [portfolio, performanceOf(name)] : [performanceOf(name)];
  }

  function performanceOf(name: string): Performance {
    let performance = strategies.get(name);
    if (performance === undefined) {
      performance = new Performance(meter, calendar, name);
      strategies.set(name, performance);
    }
    return performance;
  }

  function recordTrade(pnl: number, name: string | undefined, time: number | undefined): void {
    for (const performance of performancesOf(usableStrategy(meter, name))) performance.trades.add(pnl);
    if (time !== undefined) realized.book(pnl, time);
  }

  function look(performance: Performance, value: number): number | undefined {
    const time = clock.read();
    return Number.isFinite(value) && time !== undefined ? performance.look(value, time) : undefined;
  }

  function forgetAll(): void {
    for (const performance of [portfolio, ...strategies.values()]) performance.reset();
    realized = new RealizedPnl(calendar);
  }

  function handleOf(performance: Performance): StrategyPerformance {
    return {
      snapshot(snapshot) {
        meter.attempt(tradingPortfolioPnl.name, () => {
          const { value } = snapshot;
          if (!Number.isFinite(value))
            throw new TypeError(`value must be a finite number, not ${describeValue(value)}`);
          look(performance, value);
        });
      },
      deposit: (flow) => takeFlow(meter, flow, (amount) => performance.deposit(amount)),
      withdraw: (flow) => takeFlow(meter, flow, (amount) => performance.withdraw(amount)),
      trade(trade) {
        meter.attempt(tradingPerformancePnl.name, () => {
          const { pnl } = trade;
          if (isUsablePnl(meter, pnl)) recordTrade(pnl, performance.strategy, clock.read());
        });
      },
      restore(history) {
        meter.attempt(tradingPortfolioPnl.name, () => {
          const { snapshots, trades } = readHistory(meter, history);
          performance.reset();
          for (const snapshot of snapshots) performance.add(snapshot);
          for (const { pnl } of trades) performance.trades.add(pnl);
        });
      },
      report(figures) {
        meter.attempt(tradingPerformancePnl.name, () => takePerformance(performance.reported, asObject(figures)));
      },
      reset: () => performance.reset(),
    };
  }

  const verbs: PortfolioMetrics = {
    snapshot(snapshot) {
      meter.attempt(tradingPortfolioValue.name, () => {
        asObject(snapshot);
        // Each by itself: what is wrong with one says nothing about the others.
        const take = <K extends keyof PortfolioSnapshot>(
          metric: string,
          field: K,
          use: (value: Exclude<PortfolioSnapshot[K], undefined>) => void,
        ) => {
          meter.attempt(metric, () => {
            const value = snapshot[field];
            if (value !== undefined) use(value as Exclude<PortfolioSnapshot[K], undefined>);
          });
        };
        take(tradingPositionValue.name, 'positions', (list) => positions.update(list));
        take(tradingPortfolioCash.name, 'cash', (cash) => cashes.set(cash, money));
        take(tradingPortfolioBuyingPower.name, 'buyingPower', (power) => buyingPowers.set(power, money));
        take(tradingPortfolioMarginUtilization.name, 'marginUtilization', (utilization) => {
          marginUtilizations.set(utilization, { [ATTR_TRADING_VENUE]: venue, [ATTR_TRADING_ACCOUNT]: account });
        });
        exposure = undefined;
        take(tradingPortfolioExposureGross.name, 'exposure', ({ gross, net }) => {
          if (!Number.isFinite(gross + net)) throw new TypeError('gross and net must be finite numbers');
          exposure = { gross, net };
        });
        take(tradingPortfolioRealizedPnl.name, 'realizedPnl', (total) => {
          const time = clock.read();
          if (!Number.isFinite(total)) throw new TypeError('realizedPnl must be a finite number');
          if (time !== undefined) realized.tell(total, time);
        });
        const { value } = snapshot;
        values.set(value, money);
        const recoverySeconds = look(portfolio, value);
        if (Number.isFinite(value)) equity = value;
        if (recoverySeconds !== undefined) recoveryDuration.record(recoverySeconds);
      });
    },
    deposit: (flow) => takeFlow(meter, flow, (amount) => portfolio.deposit(amount)),
    withdraw: (flow) => takeFlow(meter, flow, (amount) => portfolio.withdraw(amount)),
    funding(payment) {
      meter.attempt(tradingPositionFunding.name, () => {
        const { symbol, amount, direction, currency: paidIn = currency, venue: payer = venue } = payment;
        const isPaid = direction === undefined ? amount < 0 : direction === 'paid';
        const size = direction === undefined ? Math.abs(amount) : amount;
        const attributesOf = (way: PaymentDirection) => ({
          // Without one the guard says that it is missing.
          [ATTR_TRADING_VENUE]: payer as string,
          [ATTR_TRADING_SYMBOL]: symbol,
          [ATTR_TRADING_CURRENCY]: paidIn,
          [ATTR_TRADING_PAYMENT_DIRECTION]: way,
        });
        const way = direction ?? (isPaid ? 'paid' : 'received');
        if (Number.isFinite(amount) && size >= 0 && directions.includes(way)) {
          fundings.initialize(attributesOf(isPaid ? 'received' : 'paid'));
          const time = clock.read();
          if (paidIn === currency && time !== undefined) realized.book(isPaid ? -size : size, time);
        }
        fundings.add(size, attributesOf(way));
      });
    },
    trade(trade) {
      meter.attempt(tradingPerformancePnl.name, () => {
        const { pnl, strategy: name } = trade;
        if (isUsablePnl(meter, pnl)) recordTrade(pnl, name, clock.read());
      });
    },
    strategy(name) {
      if (strategy !== undefined && name === strategy) return verbs;
      const known = handles.get(name);
      if (known !== undefined) return known;
      const usable = usableStrategy(meter, name);
      // What is no name gets a handle that nobody reads, so that it is not remembered.
      if (usable === undefined) return handleOf(new Performance(meter, calendar, undefined));
      const handle = handleOf(performanceOf(usable));
      handles.set(name, handle);
      return handle;
    },
    restore(history) {
      meter.attempt(tradingPortfolioPnl.name, () => {
        const past: UsableHistory = readHistory(meter, history);
        forgetAll();
        for (const snapshot of past.snapshots) {
          portfolio.add(snapshot);
          if (snapshot.realizedPnl !== undefined) realized.tell(snapshot.realizedPnl, snapshot.time);
        }
        for (const { pnl, strategy: name, time } of past.trades) recordTrade(pnl, name, time);
      });
    },
    report(figures) {
      meter.attempt(tradingPortfolioPnl.name, () => takeFigures(portfolio.reported, asObject(figures)));
    },
    reset: forgetAll,
  };
  return verbs;
}

/** As long as an attribute may be. */
const longestName = 255;

const directions: readonly PaymentDirection[] =
  tradingPositionFunding.attributes[ATTR_TRADING_PAYMENT_DIRECTION].values;

/** A list that can be read again and again, and grows with the map. */
function everyPerformance(first: Performance, others: ReadonlyMap<string, Performance>): Iterable<Performance> {
  return {
    *[Symbol.iterator]() {
      yield first;
      yield* others.values();
    },
  };
}

function showExposure(
  meter: Meter,
  account: string | undefined,
  compute: (numerator: keyof Exposure) => number | undefined,
): void {
  meter.state(tradingPortfolioExposureGross).observe((observe) => {
    const gross = compute('gross');
    if (isDefined(gross)) observe(gross, { [ATTR_TRADING_ACCOUNT]: account });
  });
  meter.state(tradingPortfolioExposureNet).observe((observe) => {
    const net = compute('net');
    if (isDefined(net)) observe(net, { [ATTR_TRADING_ACCOUNT]: account });
  });
}

function takeFlow(meter: Meter, flow: CashFlow, use: (amount: number) => void): void {
  meter.attempt(tradingPortfolioPnl.name, () => {
    const { amount } = flow;
    if (typeof amount === 'number' && Number.isFinite(amount) && amount >= 0) use(amount);
    else {
      const reason = amount < 0 ? 'negative_value' : 'invalid_value';
      const got = describeValue(amount);
      meter.drop(tradingPortfolioPnl.name, reason, `amount must be a finite number, not negative, got ${got}`);
    }
  });
}

function isUsablePnl(meter: Meter, pnl: number): boolean {
  if (typeof pnl === 'number' && Number.isFinite(pnl)) return true;
  const got = describeValue(pnl);
  meter.drop(tradingPerformancePnl.name, 'invalid_value', `pnl must be a finite number, got ${got}`);
  return false;
}

/** A name that cannot be used costs the trade only its strategy. */
function usableStrategy(meter: Meter, name: unknown): string | undefined {
  if (name === undefined) return undefined;
  const got = describeValue(name);
  if (typeof name !== 'string' || name === '') {
    meter.drop(tradingPerformancePnl.name, 'invalid_attribute', `strategy must be a non-empty string, got ${got}`);
    return undefined;
  }
  if (name.length <= longestName) return name;
  meter.drop(
    tradingPerformancePnl.name,
    'attribute_too_long',
    `strategy was cut to ${longestName} characters, got ${got}`,
  );
  return name.slice(0, longestName);
}

function asObject<T>(value: T): T {
  if (typeof value !== 'object' || value === null) throw new TypeError('the argument must be an object');
  return value;
}
