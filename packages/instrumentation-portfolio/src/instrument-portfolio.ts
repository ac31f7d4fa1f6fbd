import { createMeter, handlesByName, isSameCurrency, type Meter, requireFigure } from '@trademeter/instrumentation';
import {
  ATTR_TRADING_ACCOUNT,
  ATTR_TRADING_BENCHMARK_NAME,
  ATTR_TRADING_CURRENCY,
  ATTR_TRADING_PAYMENT_DIRECTION,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_SYMBOL,
  ATTR_TRADING_VENUE,
  SCHEMA_URL,
  tradingPerformancePnl,
  tradingPortfolioBenchmarkValue,
  tradingPortfolioBuyingPower,
  tradingPortfolioCash,
  tradingPortfolioExposureGross,
  tradingPortfolioExposureNet,
  tradingPortfolioMarginUtilization,
  tradingPortfolioPnl,
  tradingPortfolioRealizedPnl,
  tradingPortfolioRecoveryDuration,
  tradingPortfolioSnapshotAge,
  tradingPortfolioValue,
  tradingPositionFunding,
  tradingPositionRealizedPnl,
  tradingPositionValue,
} from '@trademeter/semantic-conventions';
import { Clock } from './clock.ts';
import { isGiven, readHistory, timeOf, type UsableHistory } from './history.ts';
import { Performance } from './performance.ts';
import { showPerformances, takePerformance } from './performance-metrics.ts';
import { PeriodCalendar } from './period-calendar.ts';
import { announceAccount } from './portfolio-accounts.ts';
import type {
  CashFlow,
  Exposure,
  PaymentDirection,
  PortfolioMetrics,
  PortfolioSnapshot,
  StrategyPerformance,
} from './portfolio-facts.ts';
import { showPortfolio, takeFigures } from './portfolio-figures.ts';
import { completePortfolioOptions, type PortfolioOptions } from './portfolio-options.ts';
import { PositionBook } from './position-book.ts';
import { RealizedPnl } from './realized-pnl.ts';
import { showFigure } from './shown-figure.ts';
import { SymbolPnl, type TradedSymbol } from './symbol-pnl.ts';
import { version } from './version.ts';

export type { PortfolioMetrics, PortfolioOptions };

/**
 * Creates the metrics of a portfolio, its positions and its performance, computed from snapshots, deposits and round
 * trips.
 *
 * Create one portfolio for each account and currency. If a process has several, give each an `account`: otherwise they
 * record into the same series, and the figures of one hide those of the other. This is logged once.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) if an option is invalid
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
  const meter = createMeter({
    name: '@trademeter/instrumentation-portfolio',
    version,
    schemaUrl: SCHEMA_URL,
    meterProvider,
    now,
  });
  announceAccount(meterProvider, account);
  const clock = new Clock(meter, now);
  const calendar = new PeriodCalendar(timeZone);
  const portfolio = new Performance(meter, calendar, strategy);
  /** The performances that are exported: of the portfolio, and of the first 1,000 strategies. */
  const performances = [portfolio];
  const strategies = handlesByName('strategy', (name, isRemembered) => {
    const performance = new Performance(meter, calendar, name);
    if (isRemembered) performances.push(performance);
    return { performance, handle: handleOf(performance) };
  });
  let realized = new RealizedPnl(calendar);
  let equity: number | undefined;
  /** The exposure that the last snapshot reported. */
  let exposure: Partial<Record<keyof Exposure, number>> = {};

  const money = { [ATTR_TRADING_CURRENCY]: currency, [ATTR_TRADING_ACCOUNT]: account };
  const shownValue = meter.observable(tradingPortfolioValue).bind(money);
  const shownCash = meter.observable(tradingPortfolioCash).bind(money);
  const shownBuyingPower = meter.observable(tradingPortfolioBuyingPower).bind(money);
  const marginUtilization = meter
    .observable(tradingPortfolioMarginUtilization)
    .bind({ [ATTR_TRADING_VENUE]: venue, [ATTR_TRADING_ACCOUNT]: account });
  const recoveryDuration = meter.histogram(tradingPortfolioRecoveryDuration).bind({ [ATTR_TRADING_ACCOUNT]: account });
  const fundings = meter.counter(tradingPositionFunding);
  const benchmarks = meter.observable(tradingPortfolioBenchmarkValue);
  const snapshotAge = meter.age(tradingPortfolioSnapshotAge);
  const symbolPnl = new SymbolPnl(meter, { currency, account, venue });
  const positions = new PositionBook(meter, { currency, account, venue, strategy });

  function exposureOf(numerator: keyof Exposure): number | undefined {
    const reported = exposure[numerator];
    if (reported !== undefined) return reported;
    const sums = positions.values();
    if (sums === undefined) return undefined;
    const { long, short } = sums;
    // 0 for any equity. If it were not reported, some SDKs would keep exporting the last value.
    if (long === 0 && short === 0) return 0;
    if (equity === undefined || equity <= 0) return undefined;
    return (long + (numerator === 'gross' ? short : -short)) / equity;
  }

  const own = { [ATTR_TRADING_ACCOUNT]: account };
  showFigure(meter, tradingPortfolioExposureGross, own, () => exposureOf('gross'));
  showFigure(meter, tradingPortfolioExposureNet, own, () => exposureOf('net'));
  showPortfolio(meter, { performance: portfolio, realized: () => realized, clock, currency, account });
  showPerformances(meter, performances, { clock, currency, account, annualization });

  /** An invalid strategy name is dropped; the trade counts without it. */
  function usableStrategy(name: unknown): string | undefined {
    return meter.attribute(tradingPerformancePnl, ATTR_TRADING_STRATEGY_NAME, name);
  }

  /** The performances in which a round trip counts. */
  function performancesOf(name: string | undefined): Performance[] {
    if (name === undefined || name === strategy) return [portfolio];
    const { performance } = strategies(name);
    return strategy === undefined ? [portfolio, performance] : [performance];
  }

  function recordTrade(
    pnl: number,
    name: string | null | undefined,
    time: number | undefined,
    traded: TradedSymbol,
  ): void {
    const usable = usableStrategy(name);
    for (const performance of performancesOf(usable)) performance.trades.add(pnl);
    if (time !== undefined) realized.book(pnl, time);
    symbolPnl.book(pnl, traded, usable ?? strategy);
  }

  function look(performance: Performance, value: number): number | undefined {
    const time = clock.read();
    return time !== undefined ? performance.look(value, time) : undefined;
  }

  function forgetAll(): void {
    for (const performance of performances) performance.reset();
    realized = new RealizedPnl(calendar);
    symbolPnl.reset();
  }

  function handleOf(performance: Performance): StrategyPerformance {
    return {
      snapshot(snapshot) {
        meter.attempt(tradingPortfolioPnl.name, () => {
          look(performance, requireFigure('value', snapshot.value));
        });
      },
      deposit: (flow) => takeFlow(meter, flow, (amount, time) => performance.deposit(amount, time)),
      withdraw: (flow) => takeFlow(meter, flow, (amount, time) => performance.withdraw(amount, time)),
      trade(trade) {
        meter.attempt(tradingPerformancePnl.name, () => {
          const pnl = meter.figure(tradingPerformancePnl.name, 'pnl', trade.pnl);
          if (pnl !== undefined) recordTrade(pnl, performance.strategy, clock.read(), tradedSymbol(meter, trade));
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
        meter.attempt(tradingPerformancePnl.name, () =>
          takePerformance(meter, performance.reported, asObject(figures)),
        );
      },
      reset: () => performance.reset(),
    };
  }

  const verbs: PortfolioMetrics = {
    snapshot(snapshot) {
      meter.attempt(tradingPortfolioValue.name, () => {
        asObject(snapshot);
        // Read one by one, so that an invalid field does not affect the others.
        const take = <K extends keyof PortfolioSnapshot>(
          metric: string,
          field: K,
          use: (value: NonNullable<PortfolioSnapshot[K]>) => void,
        ) => {
          meter.attempt(metric, () => {
            const value = snapshot[field];
            if (value !== undefined && value !== null) use(value);
          });
        };
        const takeFigure = (
          metric: string,
          field: 'cash' | 'buyingPower' | 'marginUtilization',
          use: (figure: number) => void,
        ) => {
          take(metric, field, (value) => {
            const figure = meter.figure(metric, 'the value', value);
            if (figure !== undefined) use(figure);
          });
        };
        take(tradingPositionValue.name, 'positions', (list) => positions.update(list));
        takeFigure(tradingPortfolioCash.name, 'cash', (cash) => shownCash.set(cash));
        takeFigure(tradingPortfolioBuyingPower.name, 'buyingPower', (power) => shownBuyingPower.set(power));
        takeFigure(tradingPortfolioMarginUtilization.name, 'marginUtilization', (utilization) => {
          marginUtilization.set(utilization);
        });
        exposure = {};
        take(tradingPortfolioExposureGross.name, 'exposure', (reported) => {
          asObject(reported);
          for (const [numerator, metric] of exposures) {
            meter.attempt(metric, () => {
              const value = reported[numerator];
              if (value !== undefined && value !== null) exposure[numerator] = requireFigure(numerator, value);
            });
          }
        });
        take(tradingPortfolioRealizedPnl.name, 'realizedPnl', (value) => {
          const total = requireFigure('realizedPnl', value);
          const time = clock.read();
          if (time !== undefined) realized.setTotal(total, time);
        });
        take(tradingPortfolioBenchmarkValue.name, 'benchmark', ({ value, name }) => {
          const worth = meter.figure(tradingPortfolioBenchmarkValue.name, 'the value', value);
          if (worth !== undefined)
            benchmarks.set(worth, { ...money, [ATTR_TRADING_BENCHMARK_NAME]: name ?? undefined });
        });
        const value = meter.figure(tradingPortfolioValue.name, 'the value', snapshot.value);
        if (value === undefined) return;
        shownValue.set(value);
        snapshotAge.happened('', own);
        const recoverySeconds = look(portfolio, value);
        equity = value;
        if (recoverySeconds !== undefined) recoveryDuration.record(recoverySeconds);
      });
    },
    deposit: (flow) => takeFlow(meter, flow, (amount, time) => portfolio.deposit(amount, time)),
    withdraw: (flow) => takeFlow(meter, flow, (amount, time) => portfolio.withdraw(amount, time)),
    funding(payment) {
      meter.attempt(tradingPositionFunding.name, () => {
        const { symbol, direction } = payment;
        const amount = meter.figure(tradingPositionFunding.name, 'the amount', payment.amount);
        if (amount === undefined) return;
        const hasDirection = direction !== undefined && direction !== null;
        const { currency: given } = payment;
        const paidIn = given === undefined || given === null || isSameCurrency(given, currency) ? currency : given;
        const payer = payment.venue ?? venue;
        const way = hasDirection
          ? meter.attribute(tradingPositionFunding, ATTR_TRADING_PAYMENT_DIRECTION, direction)
          : signOf(amount);
        if (way === undefined) return;
        const size = hasDirection ? amount : Math.abs(amount);
        const attributesOf = (each: PaymentDirection) => ({
          // The guard logs a missing venue.
          [ATTR_TRADING_VENUE]: payer as string,
          [ATTR_TRADING_SYMBOL]: symbol,
          [ATTR_TRADING_CURRENCY]: paidIn,
          [ATTR_TRADING_PAYMENT_DIRECTION]: each,
          [ATTR_TRADING_ACCOUNT]: account,
        });
        if (size >= 0) {
          fundings.initialize(attributesOf(way === 'paid' ? 'received' : 'paid'));
          const time = clock.read();
          if (paidIn === currency && time !== undefined) realized.book(way === 'paid' ? -size : size, time);
        }
        fundings.add(size, attributesOf(way));
      });
    },
    trade(trade) {
      meter.attempt(tradingPerformancePnl.name, () => {
        const { pnl: given, strategy: name } = trade;
        const pnl = meter.figure(tradingPerformancePnl.name, 'pnl', given);
        if (pnl !== undefined) recordTrade(pnl, name, clock.read(), tradedSymbol(meter, trade));
      });
    },
    strategy(name) {
      if (strategy !== undefined && name === strategy) return verbs;
      // An invalid name gets a handle that is never exported.
      return strategies(usableStrategy(name) as string).handle;
    },
    restore(history) {
      meter.attempt(tradingPortfolioPnl.name, () => {
        const past: UsableHistory = readHistory(meter, history);
        forgetAll();
        for (const snapshot of past.snapshots) {
          portfolio.add(snapshot);
          if (snapshot.realizedPnl !== undefined) realized.setTotal(snapshot.realizedPnl, snapshot.time);
        }
        for (const { pnl, strategy: name, time, ...traded } of past.trades) recordTrade(pnl, name, time, traded);
      });
    },
    report(figures) {
      meter.attempt(tradingPortfolioPnl.name, () => takeFigures(meter, portfolio.reported, asObject(figures)));
    },
    reset: forgetAll,
  };
  return verbs;
}

/** Reads symbol and venue of a trade. If a getter throws, the trade counts without a symbol. */
function tradedSymbol(meter: Meter, trade: TradedSymbol): TradedSymbol {
  return meter.attempt(tradingPositionRealizedPnl.name, () => ({ symbol: trade.symbol, venue: trade.venue })) ?? {};
}

const exposures: readonly (readonly [keyof Exposure, string])[] = [
  ['gross', tradingPortfolioExposureGross.name],
  ['net', tradingPortfolioExposureNet.name],
];

function signOf(amount: number): PaymentDirection {
  return amount < 0 ? 'paid' : 'received';
}

function takeFlow(meter: Meter, flow: CashFlow, use: (amount: number, time: number | undefined) => void): void {
  meter.attempt(tradingPortfolioPnl.name, () => {
    const amount = meter.figure(tradingPortfolioPnl.name, 'amount', flow.amount);
    if (amount === undefined) return;
    const time = meter.attempt(tradingPortfolioPnl.name, () =>
      isGiven(flow.time) ? timeOf(flow.time, meter.calendarNow()) : undefined,
    );
    if (amount >= 0) use(amount, time);
    else meter.drop(tradingPortfolioPnl.name, 'negative_value', `amount must not be negative, got ${amount}`);
  });
}

function asObject<T>(value: T): T {
  if (typeof value !== 'object' || value === null) throw new TypeError('the argument must be an object');
  return value;
}
