import {
  type AttributesOf,
  type MetricDefinition,
  tradingOrderClosed,
  tradingOrderFee,
  tradingOrderFillDuration,
  tradingOrderFillRatio,
  tradingOrderFills,
  tradingOrderNotional,
  tradingOrderOpen,
  tradingOrderPlaced,
  tradingOrderRequestDuration,
  tradingOrderSlippage,
  tradingOrderSlippageCost,
} from '@trademeter/semantic-conventions';
import { boundaries } from './series.ts';

/** One recording of an order. */
export interface Recording {
  readonly definition: MetricDefinition;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: number;
}

const venue = { 'trading.venue': 'binance' };
const symbol = { ...venue, 'trading.symbol': 'BTC/USDT' };
const order = { ...symbol, 'trading.order.side': 'buy' };
const strategy = { 'trading.strategy.name': 'momentum' };
const liquidity = { 'trading.order.liquidity': 'taker' };
const currency = { 'trading.currency': 'USDT' };
const adverse = { ...symbol, 'trading.slippage.direction': 'adverse' };
const limit = { 'trading.order.type': 'limit' };

/** The recordings of `orders.place()`, `acknowledge()` and one `fill()`, for libraries that record each by hand. */
export const recordingsOfAnOrder: readonly Recording[] = [
  { definition: tradingOrderPlaced, attributes: { ...order, ...limit, ...strategy }, value: 1 },
  { definition: tradingOrderOpen, attributes: order, value: 1 },
  { definition: tradingOrderRequestDuration, attributes: { ...venue, 'trading.order.operation': 'new' }, value: 0.004 },
  { definition: tradingOrderFills, attributes: { ...order, ...liquidity, ...strategy }, value: 1 },
  { definition: tradingOrderNotional, attributes: { ...order, ...currency, ...liquidity }, value: 32_005 },
  {
    definition: tradingOrderFee,
    attributes: { ...venue, ...currency, 'trading.payment.direction': 'paid', ...liquidity },
    value: 12.8,
  },
  { definition: tradingOrderSlippage, attributes: adverse, value: 1.56 },
  { definition: tradingOrderSlippageCost, attributes: { ...adverse, ...currency }, value: 5 },
  {
    definition: tradingOrderClosed,
    attributes: { ...order, 'trading.order.outcome': 'filled', ...strategy },
    value: 1,
  },
  { definition: tradingOrderOpen, attributes: order, value: -1 },
  { definition: tradingOrderFillDuration, attributes: { ...venue, ...limit, ...strategy }, value: 0.02 },
  { definition: tradingOrderFillRatio, attributes: { ...venue, ...limit }, value: 1 },
];

/** The number of series of a single recording's row. */
export const recordedSeries = 64;

/** A counter with five attributes, by series. */
export const countedFill = tradingOrderFills;

/** The attributes of one of its series, a new object each time. */
export function fillAttributes(series: number): AttributesOf<typeof tradingOrderFills> {
  return {
    'trading.venue': 'binance',
    'trading.symbol': symbols[series] as string,
    'trading.order.side': 'buy',
    'trading.order.liquidity': 'taker',
    'trading.strategy.name': 'momentum',
  };
}

/** A histogram with 15 boundaries. */
export const timedFill = {
  name: 'benchmark.fill.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'From placed to wholly filled.',
  attributes: tradingOrderFills.attributes,
  boundaries,
} as const satisfies MetricDefinition;

/**
 * The recorded values by series: durations over all buckets. The strings in the list keep its numbers as objects; from
 * a list of numbers only, each read would allocate one, in every library.
 */
export const durations: readonly (number | string)[] = Array.from({ length: 2 * recordedSeries }, (_, series) =>
  series < recordedSeries ? ((series * 0.618_033_988_75) % 1) ** 4 * 60 : 'no duration',
);

/** The symbols of the series. */
export const symbols: readonly string[] = Array.from({ length: recordedSeries }, (_, series) => `SYM${series}/USDT`);
