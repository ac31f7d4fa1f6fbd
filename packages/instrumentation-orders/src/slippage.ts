/** How a fill's price differs from the expected one. */
export interface Slippage {
  readonly direction: 'adverse' | 'favorable' | 'none';
  /** Not negative; `undefined` of an expected price that is not positive, of which basis points mean nothing. */
  readonly basisPoints: number | undefined;
  /** In the currency of the prices, for the whole quantity; not negative. */
  readonly cost: number;
}

/**
 * The slippage of a fill: paying more, or being paid less, than expected is adverse.
 *
 * @param isBuy whether the order buys
 */
export function slippageOf(isBuy: boolean, expectedPrice: number, price: number, quantity: number): Slippage {
  const rise = price - expectedPrice;
  const isAdverse = isBuy ? rise > 0 : rise < 0;
  return {
    direction: rise === 0 ? 'none' : isAdverse ? 'adverse' : 'favorable',
    basisPoints: expectedPrice > 0 ? (Math.abs(rise) / expectedPrice) * 10_000 : undefined,
    cost: Math.abs(rise) * quantity,
  };
}
