import { describeValue, type Meter, numberBetween } from '@trademeter/instrumentation';
import { METRIC_TRADING_ORDER_NOTIONAL } from '@trademeter/semantic-conventions';
import type { OrderKey } from '../order-types.ts';
import { readGiven, readOptionalFigure } from './read-optional.ts';
import type { SymbolTerms } from './symbol-terms.ts';

/** What a quantity and a price of an instrument are worth. */
export interface Contract {
  /** Units of the underlying per contract; 1 where the quantity is in units already. */
  readonly size: number;
  /** The size is an amount of the quote currency, and money is in the base currency (`BTC/USD:BTC`). */
  readonly isInverse: boolean;
}

/** A quantity in units, priced in the quote currency: spot and shares. */
export const unitContract: Contract = { size: 1, isInverse: false };

/** Quantity and price as one figure that adds up over executions; money is this times the contract's size. */
export function valueOf(contract: Contract, quantity: number, price: number): number {
  return contract.isInverse ? quantity / price : quantity * price;
}

/** The price at which a quantity has a value; the reverse of {@link valueOf}. */
export function priceOf(contract: Contract, quantity: number, value: number): number {
  return contract.isInverse ? quantity / value : value / quantity;
}

const sizes = numberBetween(Number.MIN_VALUE, 1e15);

/** Reads what the contracts of an order are; what is not given follows from its symbol. */
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
  // Of an inverse contract without a size, quantity times price is what the caller says it is.
  const isInverse = type === 'inverse' || (type === undefined && terms.isInverse && size !== undefined);
  const isSized = size !== undefined || type === 'inverse';
  if (size === undefined && !isInverse) return { contract: unitContract, isSized };
  return { contract: { size: size ?? 1, isInverse }, isSized };
}

/** Whether it is a type of contract, in any case. */
export function isContractType(given: unknown): given is string {
  return typeof given === 'string' && /^(?:linear|inverse|quanto)$/i.test(given);
}

/** What a quantity at a price is worth in money. */
export function moneyOf(contract: Contract, quantity: number, price: number): number {
  return valueOf(contract, quantity, price) * contract.size;
}

/** An inverse contract has no value at a price of 0, or below: it is dropped, counted and logged once. */
export function isPriceUsable(meter: Meter, { isInverse }: Contract, price: number): boolean {
  if (!isInverse || price > 0) return true;
  meter.drop(
    METRIC_TRADING_ORDER_NOTIONAL,
    'invalid_value',
    `the price of an inverse contract must be above 0, got ${price}`,
  );
  return false;
}
