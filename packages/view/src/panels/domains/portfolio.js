import { badAbove, badBelow, lossBelowZero } from '../panel.js';

const account = 'trading.account';
const currency = 'trading.currency';
const untilSnapshot = 'the bot reports its first portfolio snapshot';
const untilTrade = 'the first position is closed';

/** @type {import('../boards.js').DomainBoard} */
export const board = {
  id: 'portfolio',
  title: 'Portfolio & performance',
  description: 'Equity, profit and loss, drawdown, positions, and how the strategies perform.',
  listed: ['portfolio'],
  rows: [
    {
      title: 'Equity',
      panels: ['equity-now', 'pnl-today', 'return-total', 'drawdown-max', 'equity', 'drawdown', 'cash', 'return-today'],
    },
    {
      title: 'Profit and loss',
      panels: ['pnl-by-period', 'realized-pnl-by-period', 'funding', 'drawdown-age', 'recovery-time', 'snapshot-age'],
    },
    {
      title: 'Positions',
      panels: [
        'positions-open',
        'positions-by-side',
        'position-value',
        'unrealized-pnl',
        'realized-pnl-by-symbol',
        'exposure',
      ],
    },
    {
      title: 'Performance',
      panels: [
        'win-ratio',
        'profit-factor',
        'sharpe-ratio',
        'streaks',
        'best-and-worst-trade',
        'mean-win-and-loss',
        'strategy-pnl',
        'trades-by-result',
      ],
    },
  ],
};

/** @type {readonly import('../panel.js').Panel[]} */
export const panels = [
  {
    id: 'equity',
    title: 'Equity',
    description: 'Cash plus the value of all positions, and the value of the same money in the benchmark.',
    action: 'A step that no trade explains is a deposit, a withdrawal or a wrong price: check it at the venue.',
    chart: 'lines',
    unit: 'money',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.value', by: [currency, account] },
        legend: '{trading.account} {trading.currency}',
      },
      {
        query: {
          kind: 'last',
          metric: 'trading.portfolio.benchmark.value',
          by: ['trading.benchmark.name', currency, account],
        },
        legend: '{trading.account} {trading.currency} in {trading.benchmark.name}',
      },
    ],
    absentUntil: untilSnapshot,
  },
  {
    id: 'equity-now',
    title: 'Equity now',
    description: 'Cash plus the value of all positions, over all accounts of a currency.',
    action: 'If it differs from what the venue shows, the bot has a wrong position or price.',
    chart: 'number',
    unit: 'money',
    series: [
      { query: { kind: 'last', metric: 'trading.portfolio.value', by: [currency] }, legend: '{trading.currency}' },
    ],
    absentUntil: untilSnapshot,
  },
  {
    id: 'cash',
    title: 'Cash and buying power',
    description: 'Cash without the positions, and what can still be bought with the margin that the broker grants.',
    action: 'If buying power is near 0, orders will be rejected: reduce positions.',
    chart: 'lines',
    unit: 'money',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.cash', by: [currency] },
        legend: 'cash {trading.currency}',
      },
      {
        query: { kind: 'last', metric: 'trading.portfolio.buying_power', by: [currency] },
        legend: 'buying power {trading.currency}',
      },
    ],
    absentUntil: untilSnapshot,
  },
  {
    id: 'pnl-today',
    title: 'P&L today',
    description: 'Profit or loss since midnight, net of fees and adjusted for deposits and withdrawals.',
    action: 'If the loss nears the daily limit, expect the breaker: look at positions and their unrealized P&L.',
    chart: 'number',
    unit: 'money',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.portfolio.pnl',
          where: { 'trading.period': 'day' },
          by: [currency, account],
        },
        legend: '{trading.account} {trading.currency}',
      },
    ],
    thresholds: lossBelowZero,
    absentUntil: untilSnapshot,
  },
  {
    id: 'pnl-by-period',
    title: 'P&L by period',
    description: 'Profit or loss of the day, week, month and year, and since the beginning; the periods overlap.',
    action: 'Judge a strategy by the month and not by the day.',
    chart: 'number',
    unit: 'money',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.pnl', by: ['trading.period', currency, account] },
        legend: '{trading.period}: {trading.account} {trading.currency}',
      },
    ],
    thresholds: lossBelowZero,
    absentUntil: untilSnapshot,
  },
  {
    id: 'realized-pnl-by-period',
    title: 'Realized P&L by period',
    description: 'Profit or loss of closed positions, by period; the periods overlap.',
    action: 'If it is far above the P&L, open positions carry the loss: look at the unrealized P&L.',
    chart: 'number',
    unit: 'money',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.realized_pnl', by: ['trading.period', currency, account] },
        legend: '{trading.period}: {trading.account} {trading.currency}',
      },
    ],
    thresholds: lossBelowZero,
    absentUntil: untilSnapshot,
  },
  {
    id: 'return-today',
    title: 'Return today',
    description: 'Return since midnight.',
    action: 'If it nears the daily-loss limit, expect the breaker: decide now what to close.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.portfolio.return',
          where: { 'trading.period': 'day' },
          by: [account],
        },
        legend: 'today {trading.account}',
      },
    ],
    thresholds: lossBelowZero,
    absentUntil: untilSnapshot,
  },
  {
    id: 'return-total',
    title: 'Total return',
    description: 'Return since the beginning.',
    action: 'Compare it with simply holding what the bot trades.',
    chart: 'number',
    unit: 'share',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.portfolio.return',
          where: { 'trading.period': 'total' },
          by: [account],
        },
        legend: 'total {trading.account}',
      },
    ],
    thresholds: lossBelowZero,
    absentUntil: untilSnapshot,
  },
  {
    id: 'drawdown',
    title: 'Drawdown',
    description: 'Distance of equity from its highest value.',
    action: 'If it nears the worst of the backtest, stop the strategy and find out what is different.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.drawdown.current', by: [account] },
        legend: 'now {trading.account}',
      },
      {
        query: { kind: 'last', metric: 'trading.portfolio.drawdown.max', by: [account] },
        legend: 'worst {trading.account}',
      },
    ],
    thresholds: badAbove(0.1, 0.15),
    min: 0,
    absentUntil: untilSnapshot,
  },
  {
    id: 'drawdown-now',
    title: 'Drawdown now',
    description: 'Distance of equity from its highest value.',
    action: 'If it nears the limit of the breaker, decide now which positions to close.',
    chart: 'gauge',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.drawdown.current', by: [account] },
        legend: 'drawdown {trading.account}',
      },
    ],
    thresholds: badAbove(0.1, 0.15),
    min: 0,
    max: 0.25,
    absentUntil: untilSnapshot,
  },
  {
    id: 'drawdown-max',
    title: 'Worst drawdown',
    description: 'Largest fall of equity from a peak.',
    action: 'If it is worse than in the backtest, the backtest is no longer valid.',
    chart: 'number',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.drawdown.max', by: [account] },
        legend: 'worst {trading.account}',
      },
    ],
    thresholds: badAbove(0.1, 0.2),
    absentUntil: untilSnapshot,
  },
  {
    id: 'drawdown-age',
    title: 'Time below the peak',
    description: 'Time since equity was at its highest.',
    action: 'Compare it with the longest recovery of the backtest.',
    chart: 'number',
    unit: 'seconds',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.drawdown.age', by: [account] },
        legend: 'below the peak {trading.account}',
      },
    ],
    absentUntil: untilSnapshot,
  },
  {
    id: 'recovery-time',
    title: 'Recovery time',
    description: 'Mean time from a peak of equity until the next one, of the drawdowns that are over.',
    action: 'If recoveries take longer and longer, the edge of the strategy wears off.',
    chart: 'number',
    unit: 'seconds',
    series: [
      {
        query: { kind: 'mean', metric: 'trading.portfolio.recovery.duration', by: [account], over: 'range' },
        legend: 'recovery {trading.account}',
      },
    ],
    absentUntil: 'a drawdown ends in this time range',
  },
  {
    id: 'exposure-gross',
    title: 'Exposure',
    description: 'Value of all positions, long and short, as a share of equity.',
    action: 'Above 90 %, one move of the market hits all of the equity: reduce positions.',
    chart: 'gauge',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.exposure.gross', by: [account] },
        legend: 'exposure {trading.account}',
      },
    ],
    thresholds: badAbove(0.7, 0.9),
    min: 0,
    max: 1,
    absentUntil: untilSnapshot,
  },
  {
    id: 'exposure',
    title: 'Gross and net exposure',
    description: 'Value of all positions, and long minus short, as shares of equity.',
    action: 'If net follows gross, the positions do not hedge each other.',
    chart: 'lines',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.exposure.gross', by: [account] },
        legend: 'gross {trading.account}',
      },
      {
        query: { kind: 'last', metric: 'trading.portfolio.exposure.net', by: [account] },
        legend: 'net {trading.account}',
      },
    ],
    thresholds: badAbove(0.7, 0.9),
    absentUntil: untilSnapshot,
  },
  {
    id: 'margin',
    title: 'Margin utilization',
    description: 'Share of the margin that is in use, by venue.',
    action: 'Above 90 %, a small move leads to a margin call: reduce positions or add money.',
    chart: 'gauge',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.margin.utilization', by: ['trading.venue', account] },
        legend: '{trading.venue} {trading.account}',
      },
    ],
    thresholds: badAbove(0.7, 0.9),
    min: 0,
    max: 1,
    absentUntil: 'the bot reports its margin',
  },
  {
    id: 'positions-open',
    title: 'Open positions',
    description: 'Positions that are open, long and short.',
    action: 'If there are more than the strategy may hold, or any when the bot should be flat, compare with the venue.',
    chart: 'number',
    unit: 'count',
    series: [{ query: { kind: 'last', metric: 'trading.position.open' }, legend: 'open positions' }],
    absentUntil: untilSnapshot,
  },
  {
    id: 'positions-by-side',
    title: 'Open positions by side',
    description: 'Positions that are open, by venue and side.',
    action: 'If one side grows only, look at what the strategies agree on.',
    chart: 'lines',
    unit: 'count',
    series: [
      {
        query: { kind: 'last', metric: 'trading.position.open', by: ['trading.venue', 'trading.position.side'] },
        legend: '{trading.venue} {trading.position.side}',
      },
    ],
    min: 0,
    absentUntil: untilSnapshot,
  },
  {
    id: 'position-value',
    title: 'Value of positions',
    description: 'Market value of each position, by symbol and side.',
    action: 'If one symbol dominates, its news is the risk of the portfolio.',
    chart: 'lines',
    unit: 'money',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.position.value',
          by: ['trading.symbol', 'trading.position.side', currency],
        },
        legend: '{trading.symbol} {trading.position.side} {trading.currency}',
      },
    ],
    absentUntil: 'the first position is opened',
  },
  {
    id: 'unrealized-pnl',
    title: 'Unrealized P&L',
    description: 'Profit or loss of the open positions, by symbol.',
    action: 'If one loss keeps growing, look at its stop: it should have been closed.',
    chart: 'lines',
    unit: 'money',
    series: [
      {
        query: { kind: 'last', metric: 'trading.position.unrealized_pnl', by: ['trading.symbol', currency] },
        legend: '{trading.symbol} {trading.currency}',
      },
    ],
    absentUntil: 'the first position is opened',
  },
  {
    id: 'realized-pnl-by-symbol',
    title: 'Realized P&L by symbol',
    description: 'Profit or loss of all round trips in a symbol, net of fees.',
    action: 'If a symbol only ever loses, take it off the list.',
    chart: 'lines',
    unit: 'money',
    series: [
      {
        query: { kind: 'last', metric: 'trading.position.realized_pnl', by: ['trading.symbol', currency] },
        legend: '{trading.symbol} {trading.currency}',
      },
    ],
    absentUntil: 'the first position is closed and its symbol reported',
  },
  {
    id: 'snapshot-age',
    title: 'Last snapshot',
    description: 'Time since the bot last reported its portfolio.',
    action: 'If it grows, every figure of the portfolio is out of date: look at the main loop and at the broker.',
    chart: 'number',
    unit: 'seconds',
    series: [
      {
        query: { kind: 'last', metric: 'trading.portfolio.snapshot.age', by: [account] },
        legend: 'snapshot {trading.account}',
      },
    ],
    thresholds: badAbove(300, 900),
    absentUntil: untilSnapshot,
  },
  {
    id: 'funding',
    title: 'Funding',
    description: 'Funding, swap and borrowing payments, net of what was received; below 0 is income.',
    action: 'If it eats the profit of a position, close it or hedge elsewhere.',
    chart: 'number',
    unit: 'money',
    series: [
      {
        query: {
          kind: 'difference',
          from: {
            kind: 'increase',
            metric: 'trading.position.funding',
            where: { 'trading.payment.direction': 'paid' },
            by: [currency],
            over: 'range',
          },
          minus: {
            kind: 'increase',
            metric: 'trading.position.funding',
            where: { 'trading.payment.direction': 'received' },
            by: [currency],
            over: 'range',
          },
        },
        legend: '{trading.currency}',
      },
    ],
    absentUntil: 'a funding payment is recorded',
  },
  {
    id: 'strategy-pnl',
    title: 'P&L by strategy',
    description: 'Profit or loss of all round trips, net of fees, by strategy.',
    action: 'If a strategy keeps falling while the others do not, pause it.',
    chart: 'lines',
    unit: 'money',
    series: [
      {
        query: { kind: 'last', metric: 'trading.performance.pnl', by: ['trading.strategy.name', account, currency] },
        legend: '{trading.strategy.name} {trading.account} {trading.currency}',
      },
    ],
    absentUntil: untilTrade,
  },
  {
    id: 'win-ratio',
    title: 'Win ratio',
    description: 'Share of the round trips that made money, by strategy.',
    action: 'Read it together with the profit factor: few large wins can pay for many small losses.',
    chart: 'number',
    unit: 'share',
    series: [
      {
        query: { kind: 'last', metric: 'trading.performance.win_ratio', by: ['trading.strategy.name', account] },
        legend: '{trading.strategy.name} {trading.account}',
      },
    ],
    thresholds: badBelow(0.3, 0.5),
    absentUntil: untilTrade,
  },
  {
    id: 'profit-factor',
    title: 'Profit factor',
    description: 'Sum of the profits divided by the sum of the losses, by strategy.',
    action: 'Below 1 the strategy loses money: stop it unless there are too few trades to judge.',
    chart: 'number',
    unit: 'number',
    series: [
      {
        query: { kind: 'last', metric: 'trading.performance.profit_factor', by: ['trading.strategy.name', account] },
        legend: '{trading.strategy.name} {trading.account}',
      },
    ],
    thresholds: badBelow(1, 1.2),
    absentUntil: 'a position was closed at a profit and one at a loss',
  },
  {
    id: 'sharpe-ratio',
    title: 'Sharpe ratio',
    description: 'Mean of the daily returns divided by their deviation, over a rolling window.',
    action: 'Near 0 the returns do not pay for their risk.',
    chart: 'number',
    unit: 'number',
    series: [
      {
        query: { kind: 'last', metric: 'trading.performance.sharpe_ratio', by: ['trading.strategy.name', account] },
        legend: '{trading.strategy.name} {trading.account}',
      },
    ],
    thresholds: badBelow(0, 1),
    absentUntil: 'there are at least two daily returns that differ',
  },
  {
    id: 'streaks',
    title: 'Streak',
    description: 'Round trips of the same result in a row, up to the last one, by strategy.',
    action: 'If a row of losses is longer than in the backtest, cut sizes until you know why.',
    chart: 'number',
    unit: 'count',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.performance.streak',
          by: ['trading.strategy.name', account, 'trading.trade.result'],
        },
        legend: '{trading.strategy.name} {trading.account}: {trading.trade.result}',
      },
    ],
    absentUntil: untilTrade,
  },
  {
    id: 'best-and-worst-trade',
    title: 'Best and worst trade',
    description: 'Profit or loss of the best and of the worst round trip, by strategy.',
    action: 'If the worst is far beyond the stop, the stop did not work or the price gapped.',
    chart: 'number',
    unit: 'money',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.performance.trade_pnl.best',
          by: ['trading.strategy.name', account, currency],
        },
        legend: 'best: {trading.strategy.name} {trading.account} {trading.currency}',
      },
      {
        query: {
          kind: 'last',
          metric: 'trading.performance.trade_pnl.worst',
          by: ['trading.strategy.name', account, currency],
        },
        legend: 'worst: {trading.strategy.name} {trading.account} {trading.currency}',
      },
    ],
    thresholds: lossBelowZero,
    absentUntil: untilTrade,
  },
  {
    id: 'mean-win-and-loss',
    title: 'Mean win and loss',
    description: 'Mean result of the round trips that made money and of those that lost it, by strategy.',
    action: 'If the mean loss is larger than the mean win, the win ratio must be above a half.',
    chart: 'number',
    unit: 'money',
    series: [
      {
        query: {
          kind: 'last',
          metric: 'trading.performance.trade_pnl.mean_win',
          by: ['trading.strategy.name', account, currency],
        },
        legend: 'win: {trading.strategy.name} {trading.account} {trading.currency}',
      },
      {
        query: {
          kind: 'last',
          metric: 'trading.performance.trade_pnl.mean_loss',
          by: ['trading.strategy.name', account, currency],
        },
        legend: 'loss: {trading.strategy.name} {trading.account} {trading.currency}',
      },
    ],
    thresholds: lossBelowZero,
    absentUntil: untilTrade,
  },
];
