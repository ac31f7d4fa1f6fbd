import { createTestTelemetry, type TestTelemetry } from '@trademeter/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { instrumentPortfolio, type Period, type PortfolioMetrics, type PortfolioOptions } from './index.ts';

const timeZones = ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Sao_Paulo'];
const periods: readonly Period[] = ['day', 'week', 'month', 'year', 'total'];

function setUp(options: Partial<PortfolioOptions> = {}) {
  const telemetry = createTestTelemetry();
  const clock = { time: 0 };
  const portfolio = instrumentPortfolio({
    currency: 'USD',
    venue: 'alpaca',
    ...options,
    meterProvider: telemetry.meterProvider,
    now: () => clock.time,
  });
  return { telemetry, clock, portfolio };
}

interface Point {
  readonly time: number;
  readonly value: number;
  readonly deposits: number;
  readonly withdrawals: number;
}

const money = fc.integer({ min: 1, max: 1_000_000 }).map((cents) => cents / 100);
const someMoney = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, money);
/** Steps that stay in the day, cross one midnight, or skip a weekend. */
const step = fc.oneof(
  fc.integer({ min: 1, max: 7_200_000 }),
  fc.integer({ min: 36_000_000, max: 100_000_000 }),
  fc.integer({ min: 200_000_000, max: 900_000_000 }),
);
const curve = fc
  .record({
    start: fc.integer({ min: Date.parse('1995-01-01Z'), max: Date.parse('2024-01-01Z') }),
    steps: fc.array(fc.record({ step, value: money, deposits: someMoney, withdrawals: someMoney }), {
      minLength: 1,
      maxLength: 60,
    }),
  })
  .map(({ start, steps }): Point[] => {
    let time = start;
    return steps.map(({ step: passed, ...point }) => ({ ...point, time: (time += passed) }));
  });

/** The name of the period of a time. Names sort in the order of time. */
function nameOf(period: Period, time: number, timeZone: string): string {
  const date = new Date(time).toLocaleDateString('sv-SE', { timeZone });
  if (period === 'total') return '';
  if (period === 'week') {
    const monday = new Date(`${date}T00:00Z`);
    while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1);
    return monday.toISOString();
  }
  return date.slice(0, { day: 10, month: 7, year: 4 }[period]);
}

function at<T>(list: readonly T[], index: number): T {
  const entry = list[index];
  if (entry === undefined) throw new RangeError(`there is no entry ${index}`);
  return entry;
}

/** Computes every figure of a curve from all of its points. */
function recompute(points: readonly Point[], now: number, timeZone: string) {
  const growths = points.map((point, index) => {
    const before = points[index - 1];
    return before === undefined ? 1 : (point.value + point.withdrawals) / (before.value + point.deposits);
  });
  const worth = points.map((_, index) => growths.slice(0, index + 1).reduce((product, each) => product * each, 1));
  const last = points.length - 1;
  const baseline = (period: Period) => {
    const name = nameOf(period, now, timeZone);
    const before = points.filter(({ time }) => nameOf(period, time, timeZone) < name).length - 1;
    return Math.max(0, before);
  };
  const pnl = (period: Period) => {
    const from = baseline(period);
    const flows = points.slice(from + 1).map(({ deposits, withdrawals }) => deposits - withdrawals);
    return at(points, last).value - at(points, from).value - flows.reduce((sum, each) => sum + each, 0);
  };
  const drawdowns = worth.map((each, index) => 1 - each / Math.max(...worth.slice(0, index + 1)));
  const peaks = worth.map((each, index) => each >= Math.max(...worth.slice(0, index + 1)) * (1 - 1e-9));
  const recoveries = peaks.flatMap((isPeak, index) => {
    if (!isPeak || index === 0 || peaks[index - 1]) return [];
    return [(at(points, index).time - at(points, peaks.lastIndexOf(true, index - 1)).time) / 1000];
  });
  const closes = new Map(points.map(({ time }, index) => [nameOf('day', time, timeZone), at(worth, index)]));
  closes.delete(nameOf('day', now, timeZone));
  const byDay = [...closes.values()];
  const returns = byDay
    .slice(1)
    .map((close, index) => close / at(byDay, index) - 1)
    .slice(-30);
  return {
    pnl,
    returned: (period: Period) => at(worth, last) / at(worth, baseline(period)) - 1,
    drawdown: at(drawdowns, last),
    maxDrawdown: Math.max(...drawdowns),
    age: (now - at(points, peaks.lastIndexOf(true)).time) / 1000,
    recoveries,
    sharpe: sharpeOf(returns),
  };
}

function sharpeOf(returns: readonly number[]): number | undefined {
  if (returns.length < 2) return undefined;
  const mean = returns.reduce((total, each) => total + each, 0) / returns.length;
  // Uses the differences of all pairs: sums of squares of almost equal returns would only leave rounding errors.
  const squares = returns.flatMap((one, index) => returns.slice(0, index).map((other) => (one - other) ** 2));
  const variance = squares.reduce((total, each) => total + each, 0) / returns.length / (returns.length - 1);
  return Math.sqrt(variance) < 1e-12 ? undefined : (mean / Math.sqrt(variance)) * Math.sqrt(252);
}

async function figures(telemetry: TestTelemetry): Promise<Map<string, number>> {
  const series = await telemetry.series();
  return new Map(
    series
      .filter(({ name }) => name.startsWith('trading.'))
      .map(({ name, attributes, value }) => [`${name} ${JSON.stringify(attributes)}`, value]),
  );
}

function expectClose(actual: number | undefined, expected: number, scale: number): void {
  expect(actual).toBeDefined();
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-8 * Math.max(scale, Math.abs(expected)));
}

function play(portfolio: PortfolioMetrics, clock: { time: number }, points: readonly Point[]): void {
  for (const { time, value, deposits, withdrawals } of points) {
    clock.time = time;
    if (deposits > 0) portfolio.deposit({ amount: deposits });
    if (withdrawals > 0) portfolio.withdraw({ amount: withdrawals });
    portfolio.snapshot({ value });
  }
}

test('figures computed step by step equal those computed from all points', async () => {
  await fc.assert(
    fc.asyncProperty(curve, fc.constantFrom(...timeZones), step, async (points, timeZone, later) => {
      const { telemetry, clock, portfolio } = setUp({ timeZone });
      play(portfolio, clock, points);
      clock.time += later;

      const expected = recompute(points, clock.time, timeZone);
      const most = Math.max(...points.map(({ value }) => value));
      for (const period of periods) {
        const attributes = { 'trading.period': period };
        expectClose(await telemetry.value('trading.portfolio.pnl', attributes), expected.pnl(period), most);
        expectClose(await telemetry.value('trading.portfolio.return', attributes), expected.returned(period), 1);
      }
      expectClose(await telemetry.value('trading.portfolio.drawdown.current'), expected.drawdown, 1);
      expectClose(await telemetry.value('trading.portfolio.drawdown.max'), expected.maxDrawdown, 1);
      expectClose(await telemetry.value('trading.portfolio.drawdown.age'), expected.age, 1);
      const recovered = await telemetry.histogram('trading.portfolio.recovery.duration');
      expect(recovered?.count ?? 0).toBe(expected.recoveries.length);
      expectClose(
        recovered?.sum ?? 0,
        expected.recoveries.reduce((sum, each) => sum + each, 0),
        1,
      );
      const sharpe = await telemetry.value('trading.performance.sharpe_ratio');
      if (expected.sharpe === undefined) expect(sharpe).toBeUndefined();
      else expectClose(sharpe, expected.sharpe, 1);
    }),
    { numRuns: 150 },
  );
});

test('an erratic clock changes only figures about time', async () => {
  const anyTime = fc.integer({ min: -1e12, max: 4e12 });
  await fc.assert(
    fc.asyncProperty(curve, fc.array(anyTime, { minLength: 61, maxLength: 61 }), async (points, times) => {
      const steady = setUp();
      play(steady.portfolio, steady.clock, points);
      const erratic = setUp();
      play(
        erratic.portfolio,
        erratic.clock,
        points.map((point, index) => ({ ...point, time: at(times, index) })),
      );
      erratic.clock.time = at(times, 60);

      for (const [name, attributes] of [
        ['trading.portfolio.pnl', { 'trading.period': 'total' }],
        ['trading.portfolio.return', { 'trading.period': 'total' }],
        ['trading.portfolio.drawdown.current', {}],
        ['trading.portfolio.drawdown.max', {}],
      ] as const) {
        expect(await erratic.telemetry.value(name, attributes), name).toBe(
          await steady.telemetry.value(name, attributes),
        );
      }
      expect(await erratic.telemetry.value('trading.portfolio.drawdown.age')).toBeGreaterThanOrEqual(0);
      const recovered = await erratic.telemetry.histogram('trading.portfolio.recovery.duration');
      const steadily = await steady.telemetry.histogram('trading.portfolio.recovery.duration');
      expect(recovered?.count).toBe(steadily?.count);
      expect(recovered?.min ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('money that is reported late, with its time, gives the same figures', async () => {
  await fc.assert(
    fc.asyncProperty(
      curve,
      fc.constantFrom(...timeZones),
      fc.array(fc.nat(8), { minLength: 60, maxLength: 60 }),
      async (points, timeZone, delays) => {
        const inTime = setUp({ timeZone });
        play(inTime.portfolio, inTime.clock, points);

        const late = setUp({ timeZone });
        const flows = points.map((point, index) => ({ ...point, at: index + (delays[index] ?? 0) }));
        for (const [index, { time, value }] of points.entries()) {
          late.clock.time = time;
          const report = (isDue: (at: number) => boolean) => {
            // the first snapshot includes earlier money
            for (const flow of flows.slice(1).filter(({ at: due }) => isDue(due))) {
              if (flow.deposits > 0) late.portfolio.deposit({ amount: flow.deposits, time: flow.time });
              if (flow.withdrawals > 0) late.portfolio.withdraw({ amount: flow.withdrawals, time: flow.time });
            }
          };
          late.portfolio.snapshot({ value });
          report((due) => due === index || (index === points.length - 1 && due > index));
        }

        // Recoveries were recorded before the money was known.
        const known = async ({ telemetry }: typeof inTime) =>
          [...(await figures(telemetry))].filter(([key]) => !key.startsWith('trading.portfolio.recovery'));
        expect(await known(late)).toEqual(await known(inTime));
      },
    ),
    { numRuns: 100 },
  );
});

test('a restored history gives the same figures as live recording', async () => {
  const trades = fc.array(
    fc.record({ pnl: fc.double({ min: -1e6, max: 1e6, noNaN: true }), strategy: fc.constantFrom('a', 'b', undefined) }),
  );
  await fc.assert(
    fc.asyncProperty(curve, trades, fc.constantFrom(...timeZones), step, async (points, results, timeZone, later) => {
      const lived = setUp({ timeZone });
      play(lived.portfolio, lived.clock, points);
      for (const trade of results) lived.portfolio.trade(trade);
      const time = lived.clock.time;
      lived.clock.time += later;

      const restored = setUp({ timeZone });
      restored.portfolio.snapshot({ value: 17 });
      restored.portfolio.trade({ pnl: 17, strategy: 'a' });
      restored.portfolio.restore({
        snapshots: points.toReversed(),
        trades: results.map((trade) => ({ ...trade, time })),
      });
      restored.clock.time = lived.clock.time;

      const [one, other] = [await figures(lived.telemetry), await figures(restored.telemetry)];
      for (const each of [one, other]) {
        for (const key of each.keys()) if (/^trading\.portfolio\.(value|recovery|snapshot)/.test(key)) each.delete(key);
      }
      expect(other).toEqual(one);
    }),
  );
});

test('the statistics of round trips equal those of the whole list', async () => {
  const pnl = fc.oneof(
    fc.constant(0),
    fc.integer({ min: -10_000, max: 10_000 }).map((cents) => cents / 100),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pnl, { maxLength: 50 }), async (list) => {
      const { telemetry, portfolio } = setUp();
      for (const each of list) portfolio.trade({ pnl: each });

      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
      const wins = list.filter((each) => each > 0);
      const losses = list.filter((each) => each < 0);
      const expected: Record<string, number | undefined> = {
        win_ratio: list.length > 0 ? wins.length / list.length : undefined,
        profit_factor: losses.length > 0 ? sum(wins) / Math.abs(sum(losses)) : undefined,
        pnl: list.length > 0 ? sum(list) : undefined,
        'trade_pnl.best': list.length > 0 ? Math.max(...list) : undefined,
        'trade_pnl.worst': list.length > 0 ? Math.min(...list) : undefined,
        'trade_pnl.mean_win': wins.length > 0 ? sum(wins) / wins.length : undefined,
        'trade_pnl.mean_loss': losses.length > 0 ? sum(losses) / losses.length : undefined,
      };
      for (const [name, value] of Object.entries(expected)) {
        const actual = await telemetry.value(`trading.performance.${name}`);
        if (value === undefined) expect(actual, name).toBeUndefined();
        else expectClose(actual, value, 1);
      }
      const signs = list.map(Math.sign);
      const other = signs.findLastIndex((sign) => sign !== signs.at(-1));
      const streaks = await telemetry.series('trading.performance.streak');
      expect(sum(streaks.map(({ value }) => value))).toBe(list.length - 1 - other);
    }),
  );
});

test('the open positions are those of the last list, and all others are 0', async () => {
  const position = fc.record({
    symbol: fc.constantFrom('A', 'B', 'C', 'D'),
    side: fc.constantFrom('long', 'short'),
    quantity: fc.integer({ min: 0, max: 3 }),
    value: fc.integer({ min: -1_000, max: 1_000 }),
    unrealizedPnl: fc.integer({ min: -100, max: 100 }),
    venue: fc.constantFrom('alpaca', 'ibkr'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(position, { maxLength: 6 }), { minLength: 1, maxLength: 6 }), async (lists) => {
      const { telemetry, portfolio } = setUp();
      for (const positions of lists) {
        portfolio.snapshot({ value: 500, positions });
        const held = positions.filter(({ quantity }) => quantity !== 0);
        for (const { attributes, value } of await telemetry.series('trading.position.value')) {
          const lots = held.filter(
            (each) =>
              each.symbol === attributes['trading.symbol'] &&
              each.side === attributes['trading.position.side'] &&
              each.venue === attributes['trading.venue'],
          );
          expect(value).toBe(lots.reduce((sum, lot) => sum + Math.abs(lot.value), 0));
          expect((await telemetry.value('trading.position.unrealized_pnl', attributes)) ?? 0).toBe(
            lots.reduce((sum, lot) => sum + lot.unrealizedPnl, 0),
          );
        }
        const keys = new Set(held.map(({ symbol, side, venue }) => `${symbol} ${side} ${venue}`));
        expect(await telemetry.value('trading.position.open')).toBe(keys.size);
        const gross = held.reduce((sum, each) => sum + Math.abs(each.value), 0);
        expectClose(await telemetry.value('trading.portfolio.exposure.gross'), gross / 500, 1);
      }
    }),
  );
});

const verbs = ['snapshot', 'deposit', 'withdraw', 'funding', 'trade', 'restore', 'report', 'reset'] as const;

const unreadable = new Proxy(
  {},
  {
    get() {
      throw new Error('unreadable');
    },
    ownKeys() {
      throw new Error('unreadable');
    },
  },
);
const strange = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
  fc.constantFrom(
    unreadable,
    [unreadable],
    Symbol('no'),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    1e308,
    -1e308,
    'x'.repeat(1_000),
  ),
);
const strangeInput = fc.oneof(
  strange,
  fc.record(
    Object.fromEntries(
      [
        'value',
        'cash',
        'positions',
        'exposure',
        'realizedPnl',
        'amount',
        'direction',
        'symbol',
        'pnl',
        'strategy',
        'snapshots',
        'trades',
        'winRatio',
        'streak',
        'tradePnl',
        'return',
        'drawdown',
      ].map((key) => [key, strange]),
    ),
    { requiredKeys: [] },
  ),
  fc.record({
    value: fc.oneof(fc.double(), money),
    positions: fc.array(
      fc.record(
        {
          symbol: fc.oneof(strange, fc.constant('A')),
          side: fc.oneof(strange, fc.constant('long')),
          quantity: strange,
          value: strange,
          venue: strange,
          strategy: strange,
          unrealizedPnl: strange,
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
    amount: fc.double(),
    pnl: fc.double(),
    snapshots: fc.array(fc.record({ time: strange, value: strange, deposits: strange }), { maxLength: 3 }),
  }),
);

test('no verb throws on any input, and every exported figure is a number', async () => {
  const call = fc.record({
    verb: fc.constantFrom(...verbs),
    input: strangeInput,
    time: strange,
    ofStrategy: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      const telemetry = createTestTelemetry();
      let time: any = 0;
      const portfolio = instrumentPortfolio({
        currency: 'USD',
        venue: 'x',
        now: () => time,
        meterProvider: telemetry.meterProvider,
      });
      for (const { verb, input, time: next, ofStrategy } of calls) {
        time = next;
        (portfolio as any)[verb](input);
        if (ofStrategy) (portfolio.strategy(input as string) as any)[verb]?.(input);
      }
      for (const { name, value } of await telemetry.series()) expect(value, name).toSatisfy(Number.isFinite);
      // Valid input still works afterwards.
      time = Date.parse('2020-02-05T12:00Z');
      portfolio.reset();
      portfolio.snapshot({ value: 100, positions: [] });
      portfolio.snapshot({ value: 90, positions: [] });
      expect(await telemetry.value('trading.portfolio.pnl', { 'trading.period': 'total' })).toBe(-10);
      expect(await telemetry.value('trading.portfolio.drawdown.current')).toBeCloseTo(0.1, 12);
      expect(await telemetry.value('trading.position.open')).toBe(0);
    }),
    { numRuns: 300 },
  );
});
