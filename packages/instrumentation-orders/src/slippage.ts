/** How a fill's price differs from the expected one. */
export interface Slippage {
  readonly direction: 'adverse' | 'favorable' | 'none';
  /** Not negative. */
  readonly basisPoints: number;
  /** In the currency of the prices, for the whole quantity; not negative. */
  readonly cost: number;
}

/**
 * The slippage of a fill: paying more, or being paid less, than expected is adverse.
 *
 * @returns `undefined` when the expected price is unknown or not positive, since basis points of it mean nothing then
 */
export function slippageOf(
  side: string,
  expectedPrice: number | undefined,
  price: number,
  quantity: number,
): Slippage | undefined {
  if (expectedPrice === undefined || !(expectedPrice > 0) || !Number.isFinite(price)) return undefined;
  const rise = price - expectedPrice;
  const isAdverse = side === 'buy' ? rise > 0 : rise < 0;
  return {
    direction: rise === 0 ? 'none' : isAdverse ? 'adverse' : 'favorable',
    basisPoints: (Math.abs(rise) / expectedPrice) * 10_000,
    cost: Math.abs(rise) * quantity,
  };
}
