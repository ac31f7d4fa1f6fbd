import { type Contract, valueOf } from '../reading/contract-terms.ts';

/** Tolerance for prices that are computed as cost / quantity. It is below a tick of any market. */
const priceTolerance = 1e-8;

/** How the price of a fill differs from the expected price. */
export interface Slippage {
  readonly direction: 'adverse' | 'favorable' | 'none';
  /** Not negative; `undefined` if the expected price is not positive, because basis points have no meaning then. */
  readonly basisPoints: number | undefined;
  /** In the currency of the order, for the whole quantity; not negative. */
  readonly cost: number;
}

/**
 * Computes the slippage of a fill. To pay more, or to receive less, than expected is adverse.
 *
 * @param order the side and the contract of the order
 * @param divisor by how much the rounding error of the price grew: see {@link FillIncrement.divisor}
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
