import { type Contract, valueOf } from '../reading/contract-terms.ts';

/** Prices are often divided out of a cost: less than this share of one is nothing. A tick of any market is more. */
const priceTolerance = 1e-8;

/** How a fill's price differs from the expected one. */
export interface Slippage {
  readonly direction: 'adverse' | 'favorable' | 'none';
  /** Not negative; `undefined` for an expected price that is not positive, where basis points mean nothing. */
  readonly basisPoints: number | undefined;
  /** In the currency of the order, for the whole quantity; not negative. */
  readonly cost: number;
}

/**
 * The slippage of a fill: paying more, or being paid less, than expected is adverse.
 *
 * @param order whether it buys, and what its quantity is worth
 * @param divisor how much larger the figures are that the price was divided out of
 */
export function slippageOf(
  { isBuy, contract }: { readonly isBuy: boolean | undefined; readonly contract: Contract },
  expectedPrice: number,
  price: number,
  quantity: number,
  divisor = 1,
): Slippage {
  const rise = price - expectedPrice;
  const tolerance = priceTolerance * divisor * Math.max(Math.abs(price), Math.abs(expectedPrice));
  if (Math.abs(rise) <= tolerance) return none(expectedPrice);
  const isAdverse = isBuy ? rise > 0 : rise < 0;
  return {
    direction: isAdverse ? 'adverse' : 'favorable',
    basisPoints: expectedPrice > 0 ? (Math.abs(rise) / expectedPrice) * 10_000 : undefined,
    cost: Math.abs(valueOf(contract, quantity, price) - valueOf(contract, quantity, expectedPrice)) * contract.size,
  };
}

function none(expectedPrice: number): Slippage {
  return { direction: 'none', basisPoints: expectedPrice > 0 ? 0 : undefined, cost: 0 };
}
