import type { Meter } from '@trademeter/instrumentation';
import { ATTR_TRADING_POSITION_SIDE, tradingTradeClosed, tradingTradePnl } from '@trademeter/semantic-conventions';
import type { Trade } from '../order-types.ts';
import { readFigureOf } from './read-optional.ts';

/** Prices are decimals in binary: less than this share of what was moved is nothing. */
const pnlTolerance = 1e-9;

/**
 * Profit or loss of a round trip, net of fees: as given, or from its prices, quantity and fees.
 *
 * @returns `undefined` when neither is given, or one cannot be used, which is dropped, counted and logged once
 */
export function netPnl(meter: Meter, trade: Trade): number | undefined {
  const read = (what: string, figure: unknown) => readFigureOf(meter, tradingTradePnl.name, what, figure);
  const { pnl } = trade;
  if (pnl !== undefined && pnl !== null) return read('pnl', pnl);
  const entryPrice = read('entryPrice, where no pnl is given,', trade.entryPrice);
  if (entryPrice === undefined) return undefined;
  const exitPrice = read('exitPrice, where no pnl is given,', trade.exitPrice);
  if (exitPrice === undefined) return undefined;
  const quantity = read('quantity, where no pnl is given,', trade.quantity);
  if (quantity === undefined) return undefined;
  const fees = read('fees', trade.fees ?? 0);
  if (fees === undefined) return undefined;
  const side = meter.attribute(tradingTradeClosed, ATTR_TRADING_POSITION_SIDE, trade.positionSide);
  if (side === undefined) return undefined;
  // Some brokers give the quantity of a short position with a minus.
  const size = Math.abs(quantity);
  const rise = exitPrice - entryPrice;
  const net = (side === 'long' ? rise : -rise) * size - fees;
  const moved = size * Math.max(Math.abs(entryPrice), Math.abs(exitPrice)) + Math.abs(fees);
  if (Math.abs(net) < pnlTolerance * moved) return 0;
  return read('the P&L', net);
}
