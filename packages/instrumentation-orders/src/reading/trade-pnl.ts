import type { Meter } from '@trademeter/instrumentation';
import { ATTR_TRADING_POSITION_SIDE, tradingTradeClosed, tradingTradePnl } from '@trademeter/semantic-conventions';
import type { Trade } from '../order-types.ts';
import { readFigureOf } from './read-optional.ts';
import type { SymbolTerms } from './symbol-terms.ts';

/** Tolerance for the rounding of decimals: a smaller share of the money moved counts as 0. */
const pnlTolerance = 1e-9;

/**
 * Reads the profit or loss of a round trip, net of fees, or computes it from prices, quantity and fees. The P&L of an
 * inverse or a quanto contract cannot be computed from them.
 *
 * @returns `undefined` if a required figure is missing or invalid; it is then dropped, counted and logged once
 */
export function netPnl(meter: Meter, trade: Trade, { isInverse, isQuanto }: SymbolTerms): number | undefined {
  const read = (what: string, figure: unknown) => readFigureOf(meter, tradingTradePnl.name, what, figure);
  const { pnl } = trade;
  if (pnl !== undefined && pnl !== null) return read('pnl', pnl);
  if (isInverse || isQuanto) {
    const detail = 'pnl is required for an inverse or a quanto contract: prices and quantity do not give it';
    meter.drop(tradingTradePnl.name, 'invalid_argument', detail);
    return undefined;
  }
  const entryPrice = read('entryPrice, required without pnl,', trade.entryPrice);
  if (entryPrice === undefined) return undefined;
  const exitPrice = read('exitPrice, required without pnl,', trade.exitPrice);
  if (exitPrice === undefined) return undefined;
  const quantity = read('quantity, required without pnl,', trade.quantity);
  if (quantity === undefined) return undefined;
  const fees = read('fees', trade.fees ?? 0);
  if (fees === undefined) return undefined;
  const side = meter.attribute(tradingTradeClosed, ATTR_TRADING_POSITION_SIDE, trade.positionSide);
  if (side === undefined) return undefined;
  // Some brokers report a negative quantity for a short position.
  const size = Math.abs(quantity);
  const rise = exitPrice - entryPrice;
  const net = (side === 'long' ? rise : -rise) * size - fees;
  const moved = size * Math.max(Math.abs(entryPrice), Math.abs(exitPrice)) + Math.abs(fees);
  if (Math.abs(net) < pnlTolerance * moved) return 0;
  return read('the P&L', net);
}
