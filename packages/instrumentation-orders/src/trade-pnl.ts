import { finiteNumber, type Meter } from '@trademeter/instrumentation';
import { ATTR_TRADING_POSITION_SIDE, tradingTradeClosed, tradingTradePnl } from '@trademeter/semantic-conventions';
import type { Trade } from './order-types.ts';

/** Prices are decimals in binary: less than this share of what was moved is nothing. */
const pnlTolerance = 1e-9;

/**
 * Profit or loss of a round trip, net of fees: as given, or from its prices, quantity and fees.
 *
 * @returns `undefined` when neither is given, or will not do, which is dropped, counted and told
 */
export function netPnl(meter: Meter, trade: Trade): number | undefined {
  const accepts = (what: string, figure: unknown): figure is number =>
    meter.accepts(tradingTradePnl.name, what, figure, finiteNumber);
  const { pnl } = trade;
  if (pnl !== undefined && pnl !== null) return accepts('pnl', pnl) ? pnl : undefined;
  const { entryPrice, exitPrice, quantity } = trade;
  const fees = trade.fees ?? 0;
  if (
    !accepts('entryPrice, where no pnl is given,', entryPrice) ||
    !accepts('exitPrice, where no pnl is given,', exitPrice) ||
    !accepts('quantity, where no pnl is given,', quantity) ||
    !accepts('fees', fees)
  )
    return undefined;
  const side = meter.attribute(tradingTradeClosed, ATTR_TRADING_POSITION_SIDE, trade.positionSide);
  if (side === undefined) return undefined;
  // Some brokers tell the quantity of a short position with a minus.
  const size = Math.abs(quantity);
  const rise = exitPrice - entryPrice;
  const net = (side === 'long' ? rise : -rise) * size - fees;
  const moved = size * Math.max(Math.abs(entryPrice), Math.abs(exitPrice)) + Math.abs(fees);
  if (Math.abs(net) < pnlTolerance * moved) return 0;
  return accepts('the P&L', net) ? net : undefined;
}
