import { createTestTelemetry } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { instrumentPortfolio, type Period, type PortfolioOptions } from './index.ts';

function setUp(options: Partial<PortfolioOptions> = {}) {
  const telemetry = createTestTelemetry();
  const clock = { time: 0 };
  const portfolio = instrumentPortfolio({
    currency: 'USD',
    ...options,
    meterProvider: telemetry.meterProvider,
    now: () => clock.time,
  });
  const at = (moment: string) => {
    clock.time = Date.parse(moment);
  };
  return {
    telemetry,
    clock,
    portfolio,
    at,
    worth: (moment: string, value: number) => {
      at(moment);
      portfolio.snapshot({ value });
    },
    pnl: async (period: Period) => telemetry.value('trading.portfolio.pnl', { 'trading.period': period }),
    realizedPnl: async (period: Period) =>
      telemetry.value('trading.portfolio.realized_pnl', { 'trading.period': period }),
    returned: async (period: Period) => telemetry.value('trading.portfolio.return', { 'trading.period': period }),
  };
}

describe('periods', () => {
  test('P&L and return of each period start from the last equity before it', async () => {
    const { worth, pnl, returned } = setUp();

    worth('2019-11-20T12:00Z', 1_000);
    worth('2019-12-31T20:00Z', 1_100); // the year's last
    worth('2020-01-31T20:00Z', 1_200); // the month's last
    worth('2020-02-02T20:00Z', 1_250); // Sunday: the week's last
    worth('2020-02-04T20:00Z', 1_300); // the day's last
    worth('2020-02-05T09:00Z', 1_310);
    worth('2020-02-05T10:00Z', 1_320);

    expect(await pnl('day')).toBe(20);
    expect(await pnl('week')).toBe(70);
    expect(await pnl('month')).toBe(120);
    expect(await pnl('year')).toBe(220);
    expect(await pnl('total')).toBe(320);
    expect(await returned('day')).toBeCloseTo(1_320 / 1_300 - 1, 14);
    expect(await returned('week')).toBeCloseTo(1_320 / 1_250 - 1, 14);
    expect(await returned('month')).toBeCloseTo(1_320 / 1_200 - 1, 14);
    expect(await returned('year')).toBeCloseTo(1_320 / 1_100 - 1, 14);
    expect(await returned('total')).toBeCloseTo(0.32, 14);
  });

  test('the first snapshot starts all periods', async () => {
    const { worth, pnl, returned } = setUp();

    worth('2020-02-05T09:00Z', 1_000);
    expect(await pnl('day')).toBe(0);
    expect(await returned('total')).toBe(0);

    worth('2020-02-05T10:00Z', 1_010);
    expect(await pnl('day')).toBe(10);
    expect(await pnl('year')).toBe(10);
  });

  test('a snapshot at midnight belongs to the new day', async () => {
    const { worth, pnl } = setUp();

    worth('2020-02-04T00:00Z', 1_000);
    worth('2020-02-05T00:00Z', 1_030);

    expect(await pnl('day')).toBe(30);
  });

  test('a new day reads 0 before its first snapshot', async () => {
    const { worth, at, pnl, returned } = setUp();

    worth('2020-02-04T09:00Z', 1_000);
    worth('2020-02-04T23:59Z', 1_030);
    expect(await pnl('day')).toBe(30);

    at('2020-02-05T00:00Z');
    expect(await pnl('day')).toBe(0);
    expect(await returned('day')).toBe(0);
    expect(await pnl('week')).toBe(30);
    expect(await pnl('total')).toBe(30);
  });

  test('after a gap of days the change belongs to the day of the next snapshot', async () => {
    const { worth, at, pnl } = setUp();

    worth('2020-02-07T21:00Z', 1_000); // Friday
    at('2020-02-09T12:00Z');
    expect(await pnl('day')).toBe(0);

    worth('2020-02-10T14:30Z', 990); // Monday
    expect(await pnl('day')).toBe(-10);
    expect(await pnl('week')).toBe(-10);
    expect(await pnl('month')).toBe(-10);
  });

  test('a week starts on Monday, even across the end of a year', async () => {
    const { worth, pnl } = setUp();

    worth('2020-12-27T12:00Z', 1_000); // Sunday, the last of its week
    worth('2020-12-31T12:00Z', 1_100); // Thursday of ISO week 53
    worth('2021-01-03T23:59Z', 1_150); // Sunday of the same week
    expect(await pnl('week')).toBe(150);
    expect(await pnl('year')).toBe(50);

    worth('2021-01-04T00:00Z', 1_170); // Monday of ISO week 1
    expect(await pnl('week')).toBe(20);
    expect(await pnl('year')).toBe(70);
  });

  // Midnights by Python's zoneinfo: datetime(y, m, d, tzinfo=ZoneInfo(zone)).astimezone(timezone.utc).
  test.each([
    ['UTC', '2020-03-09T00:00Z'],
    ['America/New_York', '2020-03-08T05:00Z'], // the start of daylight saving time, a day of 23 hours
    ['America/New_York', '2020-03-09T04:00Z'],
    ['America/New_York', '2020-11-01T04:00Z'], // the end of daylight saving time, a day of 25 hours
    ['America/New_York', '2020-11-02T05:00Z'],
    ['Europe/Berlin', '2020-03-28T23:00Z'],
    ['Europe/Berlin', '2020-03-29T22:00Z'],
    ['Asia/Tokyo', '2020-03-08T15:00Z'],
    ['Asia/Kathmandu', '2020-03-08T18:15Z'],
    ['Pacific/Apia', '2011-12-30T10:00Z'], // the 31st follows the 29th: there was no 30th
    ['America/Havana', '2020-03-08T05:00Z'], // this day started at 1:00
  ])('in %s a day starts at %s', async (timeZone, midnight) => {
    const { clock, portfolio, pnl } = setUp({ timeZone });
    const begin = Date.parse(midnight);

    clock.time = begin - 7_200_000;
    portfolio.snapshot({ value: 1_000 });
    clock.time = begin - 1;
    portfolio.snapshot({ value: 1_010 });
    expect(await pnl('day')).toBe(10);

    clock.time = begin;
    expect(await pnl('day')).toBe(0);
    portfolio.snapshot({ value: 1_015 });
    expect(await pnl('day')).toBe(5);
  });

  test('a date that recurs when daylight saving time ends at midnight is one day', async () => {
    // Until 2011 Newfoundland set its clocks back from 0:01 to 23:01 of the previous day.
    const { worth, pnl } = setUp({ timeZone: 'America/St_Johns' });

    worth('2006-10-29T02:00Z', 1_000); // Saturday 23:30
    worth('2006-10-29T02:30:30Z', 1_001); // Sunday 0:00:30
    expect(await pnl('day')).toBe(1);
    worth('2006-10-29T02:45Z', 1_002); // Saturday 23:15 again
    expect(await pnl('day')).toBe(2);
    worth('2006-10-29T12:00Z', 1_005); // Sunday
    expect(await pnl('day')).toBe(5);
  });

  test('a clock that steps back over midnight stays in the day', async () => {
    const { worth, pnl } = setUp();

    worth('2020-02-04T12:00Z', 1_000);
    worth('2020-02-05T00:00:00.010Z', 1_001);
    worth('2020-02-04T23:59:59.990Z', 1_002);
    expect(await pnl('day')).toBe(2);
    worth('2020-02-05T00:00:01Z', 1_003);
    expect(await pnl('day')).toBe(3);
  });

  test('a clock that is set back by years restarts day, week, month and year, and keeps the total', async () => {
    const { worth, at, pnl, telemetry } = setUp();

    worth('2020-04-16T20:00Z', 1_000);
    worth('2020-04-17T20:00Z', 1_100);
    at('2000-01-03T20:00Z');
    expect(await pnl('day')).toBe(0);
    expect(await pnl('year')).toBe(0);
    expect(await telemetry.value('trading.portfolio.drawdown.age')).toBe(0);
    worth('2000-01-03T20:00Z', 1_090);
    expect(await pnl('day')).toBe(-10);
    expect(await pnl('total')).toBe(90);
    worth('2000-01-04T20:00Z', 1_080);
    expect(await pnl('day')).toBe(-10);
    expect(await pnl('year')).toBe(-20);
    // Two days have passed since the peak; the step back does not count.
    at('2000-01-05T20:00Z');
    expect(await telemetry.value('trading.portfolio.drawdown.age')).toBe(2 * 86_400);
  });

  test('a reset starts again, for a replay that restarts', async () => {
    const { worth, portfolio, pnl, telemetry } = setUp();

    worth('2020-04-16T20:00Z', 1_000);
    worth('2020-04-17T20:00Z', 500);
    portfolio.trade({ pnl: -500 });
    portfolio.reset();
    worth('2000-01-03T20:00Z', 1_000);
    worth('2000-01-04T20:00Z', 1_020);
    portfolio.trade({ pnl: 20 });

    expect(await pnl('total')).toBe(20);
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBe(0);
    expect(await telemetry.value('trading.performance.win_ratio')).toBe(1);
    expect(await telemetry.value('trading.performance.pnl')).toBe(20);
  });
});

describe('deposits and withdrawals', () => {
  test('a deposit is not a profit and a withdrawal is not a loss', async () => {
    const { worth, portfolio, pnl, returned, telemetry } = setUp();

    worth('2020-02-04T12:00Z', 1_000);
    worth('2020-02-05T12:00Z', 1_100);
    portfolio.deposit({ amount: 1_000 });
    expect(await pnl('day')).toBe(100);
    worth('2020-02-05T13:00Z', 2_100);
    expect(await pnl('day')).toBe(100);
    expect(await returned('day')).toBeCloseTo(0.1, 14);

    worth('2020-02-05T14:00Z', 1_890);
    portfolio.withdraw({ amount: 890 });
    worth('2020-02-05T15:00Z', 1_000);
    expect(await pnl('day')).toBe(-110);
    expect(await returned('day')).toBeCloseTo(1.1 * 0.9 - 1, 14);
    expect(await telemetry.value('trading.portfolio.drawdown.current')).toBeCloseTo(0.1, 14);
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBeCloseTo(0.1, 14);
  });

  test.each(['deposit', 'withdraw'] as const)(
    'a %s that is reported after its snapshot is neither a profit nor a loss',
    async (flow) => {
      const { worth, portfolio, pnl, returned, telemetry } = setUp();
      const [before, after] = flow === 'deposit' ? [1_000, 2_000] : [2_000, 1_000];

      worth('2020-02-05T12:00Z', before);
      worth('2020-02-05T13:00Z', after);
      portfolio[flow]({ amount: '1000', time: new Date('2020-02-05T12:59Z') });
      worth('2020-02-05T14:00Z', after);

      expect(await pnl('total')).toBe(0);
      expect(await returned('total')).toBe(0);
      expect(await telemetry.value('trading.portfolio.drawdown.current')).toBe(0);
      expect(await telemetry.value('trading.portfolio.drawdown.max')).toBe(0);
    },
  );

  test('a deposit at the time of a snapshot is in that snapshot, and a later one in the next', async () => {
    const { worth, portfolio, pnl } = setUp();

    worth('2020-02-05T12:00Z', 1_000);
    worth('2020-02-05T13:00Z', 1_500);
    portfolio.deposit({ amount: 500, time: Date.parse('2020-02-05T13:00Z') });
    expect(await pnl('total')).toBe(0);

    portfolio.deposit({ amount: 500, time: Date.parse('2020-02-05T13:00Z') + 1 });
    expect(await pnl('total')).toBe(0);
    worth('2020-02-05T14:00Z', 2_000);
    expect(await pnl('total')).toBe(0);
  });

  test('a deposit from before the first snapshot changes nothing, and an invalid time is dropped on its own', async () => {
    const { worth, portfolio, pnl, telemetry } = setUp();

    worth('2020-02-05T12:00Z', 1_000);
    portfolio.deposit({ amount: 500, time: Date.parse('2020-02-05T11:00Z') });
    worth('2020-02-05T13:00Z', 1_010);
    expect(await pnl('total')).toBe(10);

    portfolio.deposit({ amount: 500, time: 'yesterday' });
    worth('2020-02-05T14:00Z', 1_510);
    expect(await pnl('total')).toBe(10);
    expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
  });

  test('a deposit that is reported a thousand snapshots late counts in the P&L', async () => {
    const { at, portfolio, pnl } = setUp();

    at('2020-02-05T12:00Z');
    portfolio.snapshot({ value: 1_000 });
    at('2020-02-05T13:00Z');
    for (let count = 0; count < 1_100; count += 1) portfolio.snapshot({ value: 1_500 });
    portfolio.deposit({ amount: 500, time: Date.parse('2020-02-05T12:30Z') });

    expect(await pnl('total')).toBe(0);
  });

  test('money from before the first snapshot is in that snapshot', async () => {
    const { worth, portfolio, pnl } = setUp();

    portfolio.deposit({ amount: 500 });
    worth('2020-02-05T12:00Z', 1_000);
    worth('2020-02-05T13:00Z', 1_001);

    expect(await pnl('total')).toBe(1);
  });

  test('a deposit before midnight belongs to the new day if the next snapshot is after midnight', async () => {
    const { worth, at, portfolio, pnl } = setUp();

    worth('2020-02-04T23:00Z', 1_000);
    at('2020-02-04T23:59Z');
    portfolio.deposit({ amount: 500 });
    worth('2020-02-05T00:01Z', 1_510);

    expect(await pnl('day')).toBe(10);
    expect(await pnl('total')).toBe(10);
  });
});

describe('returns', () => {
  // Investopedia, "Time-Weighted Rate of Return": both investors make 16.25% and then −5.56%, so 9.79% in all.
  test('the return is time-weighted: a published example with a deposit', async () => {
    const { worth, portfolio, returned } = setUp();

    worth('2020-12-31T20:00Z', 1_000_000);
    worth('2021-08-15T12:00Z', 1_162_484);
    portfolio.deposit({ amount: 100_000 });
    worth('2021-12-31T20:00Z', 1_192_328);

    expect(await returned('total')).toBeCloseTo(0.0979, 4);
    expect(await returned('year')).toBeCloseTo(0.0979, 4);
  });

  test('the return is time-weighted: a published example with a withdrawal', async () => {
    const { worth, portfolio, returned } = setUp();

    worth('2020-12-31T20:00Z', 1_000_000);
    worth('2021-08-15T12:00Z', 1_162_484);
    portfolio.withdraw({ amount: 100_000 });
    worth('2021-08-15T13:00Z', 1_062_484);
    worth('2021-12-31T20:00Z', 1_003_440);

    expect(await returned('total')).toBeCloseTo(0.0979, 4);
  });

  test('an account that starts empty has no return until there is money', async () => {
    const { worth, portfolio, pnl, returned } = setUp();

    worth('2020-02-05T09:00Z', 0);
    expect(await pnl('total')).toBe(0);
    expect(await returned('total')).toBeUndefined();

    portfolio.deposit({ amount: 1_000 });
    worth('2020-02-05T10:00Z', 1_000);
    worth('2020-02-05T11:00Z', 1_100);
    expect(await pnl('total')).toBe(100);
    expect(await returned('total')).toBeCloseTo(0.1, 14);
  });

  test('an account that is emptied and funded again continues', async () => {
    const { worth, portfolio, pnl, returned, telemetry } = setUp();

    worth('2020-02-05T09:00Z', 100.1);
    worth('2020-02-05T10:00Z', 110.11);
    portfolio.withdraw({ amount: 110.11 });
    worth('2020-02-05T11:00Z', 1e-14);
    worth('2020-02-05T11:30Z', 0);
    expect(await returned('total')).toBeCloseTo(0.1, 12);
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBe(0);

    portfolio.deposit({ amount: 50 });
    worth('2020-02-05T12:00Z', 50);
    worth('2020-02-05T13:00Z', 55);
    expect(await pnl('total')).toBeCloseTo(15.01, 12);
    expect(await returned('total')).toBeCloseTo(1.1 * 1.1 - 1, 12);
  });

  test('an account in debt has lost more than everything, and may recover', async () => {
    const { worth, returned, telemetry } = setUp();

    worth('2020-02-05T09:00Z', 100);
    worth('2020-02-05T10:00Z', -10);
    expect(await returned('total')).toBeCloseTo(-1.1, 14);
    expect(await telemetry.value('trading.portfolio.drawdown.current')).toBeCloseTo(1.1, 14);

    worth('2020-02-05T11:00Z', 50);
    expect(await returned('total')).toBeCloseTo(-0.5, 14);
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBeCloseTo(1.1, 14);
  });

  test('a period that started in debt has a P&L and no return', async () => {
    const { worth, pnl, returned } = setUp();

    worth('2020-02-04T09:00Z', 100);
    worth('2020-02-04T10:00Z', -10);
    worth('2020-02-05T10:00Z', 50);

    expect(await pnl('day')).toBe(60);
    expect(await returned('day')).toBeUndefined();
    expect(await returned('total')).toBeCloseTo(-0.5, 14);
  });

  test('the day of new money after a total loss has no daily return', async () => {
    const { worth, at, portfolio, telemetry } = setUp();
    const sharpe = async () => telemetry.value('trading.performance.sharpe_ratio');

    worth('2020-02-03T21:00Z', 100);
    worth('2020-02-04T21:00Z', 0);
    portfolio.deposit({ amount: 200 });
    worth('2020-02-05T09:00Z', 200);
    worth('2020-02-05T21:00Z', 210);
    at('2020-02-06T00:00Z');
    expect(await sharpe()).toBeUndefined();

    worth('2020-02-06T21:00Z', 210);
    at('2020-02-07T00:00Z');
    // Two returns: the total loss, and the day without a change.
    expect(await sharpe()).toBeCloseTo((-0.5 / Math.SQRT1_2) * Math.sqrt(252), 12);
  });

  test('new money after a total loss restarts return and drawdown, but not the P&L', async () => {
    const { worth, portfolio, pnl, returned, telemetry } = setUp();

    worth('2020-02-05T09:00Z', 100);
    worth('2020-02-05T10:00Z', 0);
    portfolio.deposit({ amount: 200 });
    worth('2020-02-05T11:00Z', 200);
    worth('2020-02-05T12:00Z', 190);

    expect(await pnl('total')).toBe(-110);
    expect(await returned('total')).toBeCloseTo(-0.05, 14);
    expect(await telemetry.value('trading.portfolio.drawdown.current')).toBeCloseTo(0.05, 14);
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBe(1);
  });
});

describe('realized P&L and reported figures', () => {
  test('realized P&L is the sum of round trips and funding in the period', async () => {
    const { at, portfolio, realizedPnl } = setUp({ venue: 'binance' });

    at('2020-01-31T12:00Z');
    portfolio.trade({ pnl: 100 });
    at('2020-02-04T12:00Z');
    portfolio.trade({ pnl: -30 });
    at('2020-02-05T12:00Z');
    portfolio.trade({ pnl: 7 });
    portfolio.funding({ symbol: 'BTC/USDT:USDT', amount: 2, direction: 'paid' });
    portfolio.funding({ symbol: 'BTC/USDT:USDT', amount: 0.5, direction: 'received' });
    portfolio.funding({ symbol: 'BTC/USDT:USDT', amount: 9, currency: 'EUR' });

    expect(await realizedPnl('day')).toBe(5.5);
    expect(await realizedPnl('week')).toBe(-24.5);
    expect(await realizedPnl('month')).toBe(-24.5);
    expect(await realizedPnl('year')).toBe(75.5);
    expect(await realizedPnl('total')).toBe(75.5);

    at('2020-02-06T12:00Z');
    expect(await realizedPnl('day')).toBe(0);
  });

  test('a running total of the broker replaces round trips in the realized P&L', async () => {
    const { at, portfolio, realizedPnl } = setUp();

    at('2020-02-04T12:00Z');
    portfolio.snapshot({ value: 1_000, realizedPnl: 5_000 });
    expect(await realizedPnl('total')).toBe(0);
    portfolio.trade({ pnl: 40 });
    portfolio.snapshot({ value: 1_000, realizedPnl: 5_040 });
    at('2020-02-05T12:00Z');
    portfolio.snapshot({ value: 1_000, realizedPnl: 5_030 });

    expect(await realizedPnl('day')).toBe(-10);
    expect(await realizedPnl('total')).toBe(30);
  });

  test('reported figures take precedence over computed ones', async () => {
    const { worth, portfolio, pnl, returned, realizedPnl, telemetry, clock } = setUp();

    worth('2020-02-04T12:00Z', 1_000);
    portfolio.report({
      pnl: { day: 12, week: undefined },
      realizedPnl: { year: -3 },
      return: { month: 0.04 },
      drawdown: { current: 0.02, max: 0.3, peakTime: new Date(clock.time - 60_000) },
    });

    expect(await pnl('day')).toBe(12);
    expect(await pnl('week')).toBe(0);
    expect(await realizedPnl('year')).toBe(-3);
    expect(await returned('month')).toBe(0.04);
    expect(await telemetry.value('trading.portfolio.drawdown.current')).toBe(0.02);
    expect(await telemetry.value('trading.portfolio.drawdown.max')).toBe(0.3);
    expect(await telemetry.value('trading.portfolio.drawdown.age')).toBe(60);
  });

  test('a reported peak in the future has no age', async () => {
    const { portfolio, telemetry } = setUp();

    portfolio.report({ drawdown: { peakTime: 60_000 } });

    expect(await telemetry.value('trading.portfolio.drawdown.age')).toBe(0);
  });

  test('if the clock fails, snapshots count at the last valid time', async () => {
    const telemetry = createTestTelemetry();
    let read: () => number = () => Date.parse('2020-02-04T12:00Z');
    const portfolio = instrumentPortfolio({
      currency: 'USD',
      meterProvider: telemetry.meterProvider,
      now: () => read(),
    });

    portfolio.snapshot({ value: 1_000 });
    read = () => {
      throw new Error('no clock');
    };
    portfolio.snapshot({ value: 1_005 });
    read = (async () => Promise.reject(new Error('later'))) as never;
    portfolio.snapshot({ value: 1_010 });

    expect(await telemetry.value('trading.portfolio.value')).toBe(1_010);
    expect(await telemetry.value('trading.portfolio.pnl', { 'trading.period': 'day' })).toBe(10);
  });
});
