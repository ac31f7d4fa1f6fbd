import {
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

/** One thing that is recorded of an order. */
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

/** What `orders.place()`, `acknowledge()` and one `fill()` come to, for who records each by hand. */
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

/** What the rows of a single recording record: a counter with four attributes. */
export const singleRecording: Recording = {
  definition: tradingOrderFills,
  attributes: { ...order, ...strategy },
  value: 1,
};
