import type { PositionSide, Trade } from './order-facts.ts';

/**
 * Profit or loss of a round trip, net of fees: as given, or from its prices, quantity and fees.
 *
 * @returns `NaN` when neither is given, or is no number
 */
export function netPnl(trade: Trade, positionSide: PositionSide | undefined): number {
  const { pnl, entryPrice, exitPrice, quantity, fees } = trade;
  if (pnl !== undefined && pnl !== null) return typeof pnl === 'number' ? pnl : Number.NaN;
  const figures: readonly unknown[] = [entryPrice, exitPrice, quantity, fees ?? 0];
  if (positionSide === undefined || !figures.every(Number.isFinite)) return Number.NaN;
  const rise = (exitPrice as number) - (entryPrice as number);
  // Some brokers tell the quantity of a short position with a minus.
  return (positionSide === 'long' ? rise : -rise) * Math.abs(quantity as number) - (fees ?? 0);
}
