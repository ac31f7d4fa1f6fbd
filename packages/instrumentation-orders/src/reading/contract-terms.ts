import { describeValue, type Meter, numberBetween } from '@trademeter/instrumentation';
import { METRIC_TRADING_ORDER_NOTIONAL } from '@trademeter/semantic-conventions';
import type { OrderKey } from '../order-types.ts';
import { readGiven, readOptionalFigure } from './read-optional.ts';
import type { SymbolTerms } from './symbol-terms.ts';

/** How to compute money from a quantity and a price. */
export interface Contract {
  /** Units of the underlying per contract; 1 if the quantity is in units. */
  readonly size: number;
  /** Whether the size is an amount of the quote currency, and money is in the base currency (`BTC/USD:BTC`). */
  readonly isInverse: boolean;
}

/** A quantity in units, priced in the quote currency: spot and shares. */
export const unitContract: Contract = { size: 1, isInverse: false };

/** Quantity and price as one figure that adds up over executions. Money is this figure times the contract size. */
export function valueOf(contract: Contract, quantity: number, price: number): number {
  return contract.isInverse ? quantity / price : quantity * price;
}

/** The price at which a quantity has a value: the inverse of {@link valueOf}. */
export function priceOf(contract: Contract, quantity: number, value: number): number {
  return contract.isInverse ? quantity / value : value / quantity;
}

const sizes = numberBetween(Number.MIN_VALUE, 1e15);

/** Reads the contract of an order. What the caller omits is derived from the symbol. */
export function parseContract(
  meter: Meter,
  key: Partial<OrderKey>,
  terms: SymbolTerms,
): { readonly contract: Contract; readonly isSized: boolean } {
  const metric = METRIC_TRADING_ORDER_NOTIONAL;
  const size = readOptionalFigure(meter, metric, 'contractSize', sizes, key, 'contractSize');
  const given = readGiven(meter, metric, key, 'contractType');
  const type = isContractType(given) ? given.toLowerCase() : undefined;
  if (given !== undefined && type === undefined) {
    const got = describeValue(given);
    meter.drop(metric, 'invalid_attribute', `contractType must be linear, inverse or quanto, got ${got}`);
  }
  // Without a size an inverse contract cannot be computed: quantity times price is recorded.
  const isInverse = type === 'inverse' || (type === undefined && terms.isInverse && size !== undefined);
  const isSized = size !== undefined || type === 'inverse';
  if (size === undefined && !isInverse) return { contract: unitContract, isSized };
  return { contract: { size: size ?? 1, isInverse }, isSized };
}

/** Whether it is a type of contract, in upper or lower case. */
export function isContractType(given: unknown): given is string {
  return typeof given === 'string' && /^(?:linear|inverse|quanto)$/i.test(given);
}

/** The money value of a quantity at a price. */
export function moneyOf(contract: Contract, quantity: number, price: number): number {
  return valueOf(contract, quantity, price) * contract.size;
}

/** An inverse contract has no value at a price of 0 or below: such a fill is dropped, counted and logged once. */
export function isPriceUsable(meter: Meter, { isInverse }: Contract, price: number): boolean {
  if (!isInverse || price > 0) return true;
  meter.drop(
    METRIC_TRADING_ORDER_NOTIONAL,
    'invalid_value',
    `the price of an inverse contract must be above 0, got ${price}`,
  );
  return false;
}
