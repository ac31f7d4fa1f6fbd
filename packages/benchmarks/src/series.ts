/** One series of the benchmark, the same for every peer. */
export interface BenchmarkSeries {
  readonly metric: BenchmarkMetric;
  readonly labels: Readonly<Record<string, string>>;
}

/** One metric of the benchmark. Its names are valid everywhere and not changed by translation. */
export interface BenchmarkMetric {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** Realistic for a trading bot: 15 boundaries, so a histogram has 18 lines per series. */
export const boundaries: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

const common = ['venue', 'symbol', 'strategy'];

const fillDuration: BenchmarkMetric = {
  kind: 'histogram',
  name: 'trading_order_fill_duration_seconds',
  help: 'From placed to wholly filled',
  labelNames: [...common, 'order_type'],
};

const closed: BenchmarkMetric = {
  kind: 'counter',
  name: 'trading_order_closed_total',
  help: 'Orders that reached a terminal state',
  labelNames: [...common, 'order_side', 'order_outcome'],
};

const positionValue: BenchmarkMetric = {
  kind: 'gauge',
  name: 'trading_position_value',
  help: 'Value of open positions',
  labelNames: [...common, 'position_side', 'currency'],
};

/** All metrics of the benchmark. */
export const metrics: readonly BenchmarkMetric[] = [fillDuration, closed, positionValue];

/** The lines of one symbol: a histogram, ten counters, five gauges. */
export const linesPerSymbol: number = boundaries.length + 3 + 10 + 5;

const sides = ['buy', 'sell'];
const outcomes = ['filled', 'canceled', 'rejected', 'expired', 'failed'];
const currencies = ['USD', 'USDT', 'EUR', 'BTC', 'ETH'];

/** Series with `lines` lines in total, without comments. */
export function seriesFor(lines: number): BenchmarkSeries[] {
  return Array.from({ length: lines / linesPerSymbol }, (_, index) => {
    const shared = {
      venue: index % 2 === 0 ? 'binance' : 'kraken',
      symbol: `SYM${String(index).padStart(5, '0')}/USDT`,
      strategy: ['momentum', 'mean_reversion', 'market_making'][index % 3] ?? '',
    };
    return [
      { metric: fillDuration, labels: { ...shared, order_type: 'limit' } },
      ...sides.flatMap((side) =>
        outcomes.map((outcome) => ({
          metric: closed,
          labels: { ...shared, order_side: side, order_outcome: outcome },
        })),
      ),
      ...currencies.map((currency) => ({
        metric: positionValue,
        labels: { ...shared, position_side: 'long', currency },
      })),
    ];
  }).flat();
}

/** The value of the `round`-th change of a series: small counts, prices with decimals, durations over all buckets. */
export function valueFor({ metric }: BenchmarkSeries, index: number, round: number): number {
  const random = fraction(index * 7_919 + round * 104_729);
  switch (metric.kind) {
    case 'counter':
      return 1 + Math.floor(random * 3);
    case 'gauge':
      return Math.round(random * 1e7) / 100;
    case 'histogram':
      return random ** 4 * 60;
  }
}

/** The indices of the series that a change affects: `share` of them, spread over all, different ones in each round. */
export function changed(length: number, share: number, round: number): number[] {
  if (share === 0) return [];
  const stride = Math.round(1 / share);
  return Array.from({ length: Math.ceil(length / stride) }, (_, index) => index * stride + (round % stride)).filter(
    (index) => index < length,
  );
}

/** A number from 0 to below 1, the same for the same seed. */
function fraction(seed: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
