import type { Trade } from './order-facts.ts';

/**
 * Profit or loss of a round trip, net of fees: as given, or from its prices, quantity and fees.
 *
 * @returns `NaN` when neither is given
 */
export function netPnl({ pnl, positionSide, entryPrice, exitPrice, quantity, fees }: Trade): number {
  if (pnl !== undefined) return pnl;
  if (entryPrice === undefined || exitPrice === undefined || quantity === undefined) return Number.NaN;
  const rise = exitPrice - entryPrice;
  return (positionSide === 'short' ? -rise : rise) * quantity - (fees ?? 0);
}
