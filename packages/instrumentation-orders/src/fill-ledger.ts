import { type Contract, priceOf, valueOf } from './contract.ts';

/** Quantities are sums of decimals in binary: less than this share of one is nothing. */
const quantityTolerance = 1e-9;

/** What a report adds to what was counted before it. */
export interface FillIncrement {
  /** Executions that were not counted yet. */
  readonly executions: number;
  /** The quantity whose money was not counted yet; 0 when there is none. */
  readonly quantity: number;
  /** The price of that quantity; `NaN` when there is none. */
  readonly price: number;
  /** In the currency of the order; negative at a price below 0. */
  readonly money: number;
  /** How much larger the figures are that the price was divided out of: their rounding counts as often in it. */
  readonly divisor: number;
}

/** What an order is known to have filled before it is followed. */
export interface FilledBefore {
  readonly quantity: number;
  /** Its money without the contract's size; `undefined` when that is not known. */
  readonly value: number | undefined;
  /** The executions that it consists of; `undefined` when they are not known. */
  readonly executionIds: readonly string[] | undefined;
}

/** All that a venue says is filled so far. */
export interface FilledTotal {
  readonly quantity: number;
  readonly averagePrice: number | undefined;
  /** In the currency of the order. */
  readonly cost: number | undefined;
}

interface Sums {
  quantity: number;
  value: number;
  money: number;
}

/**
 * Adds up the fills of one order from executions and totals, in any order. The quantity is the larger of the two, and so
 * is the number of fills: an execution counts one, and so does each rise of the total.
 */
export class FillLedger {
  readonly #contract: Contract;
  readonly #executionIds: Set<string>;
  /** Those of executions that were counted by an earlier process. */
  readonly #idsBefore: Set<string>;
  /** What may still be delivered again of the executions before the order was followed. */
  #unidentified: number;
  readonly #executed: Sums;
  /** What is counted as money: behind the quantity while a price is not known. */
  readonly #priced: Sums;
  #largestTotal: number;
  #executions = 0;
  #rises = 0;
  #counted = 0;
  /** Turns the venue's totals into those of this ledger; `undefined` while the money of what was filled before is not known. */
  #before: { readonly value: number; readonly money: number } | undefined;

  constructor(contract: Contract, before: FilledBefore) {
    const { quantity, value, executionIds } = before;
    this.#contract = contract;
    this.#executionIds = new Set(executionIds);
    this.#idsBefore = new Set(executionIds);
    this.#unidentified = executionIds === undefined ? quantity : 0;
    this.#executed = { quantity, value: 0, money: 0 };
    this.#priced = { quantity, value: 0, money: 0 };
    this.#largestTotal = quantity;
    if (quantity === 0) this.#before = { value: 0, money: 0 };
    else if (value !== undefined) this.#before = { value, money: value * contract.size };
  }

  /** FIX CumQty(14). */
  get quantity(): number {
    return Math.max(this.#executed.quantity, this.#largestTotal);
  }

  /** Whether an execution was counted before. */
  has(executionId: string): boolean {
    return this.#executionIds.has(executionId);
  }

  /** Whether an execution was counted by an earlier process, and its fees with it. */
  isBefore(executionId: string): boolean {
    return this.#idsBefore.has(executionId);
  }

  /**
   * One execution.
   *
   * @param isReplay whether it may be one of those before the order was followed: it has an id, and no time that is later
   * @returns `undefined` when it was counted before
   */
  execution(id: string | undefined, quantity: number, price: number, isReplay: boolean): FillIncrement | undefined {
    if (id !== undefined) {
      if (this.#executionIds.has(id)) return undefined;
      this.#executionIds.add(id);
      if (isReplay && quantity <= this.#unidentified * (1 + quantityTolerance)) {
        this.#unidentified -= quantity;
        this.#idsBefore.add(id);
        return undefined;
      }
    }
    const value = valueOf(this.#contract, quantity, price);
    const executed = this.#executed;
    const priced = this.#priced;
    const isLevel = executed.quantity === priced.quantity && executed.money === priced.money;
    executed.quantity += quantity;
    executed.value += value;
    executed.money += value * this.#contract.size;
    this.#executions += 1;
    // Without a total that is ahead, its figures are exact.
    if (!isLevel) return this.#increment(executed);
    Object.assign(priced, executed);
    return { executions: this.#newExecutions(), quantity, price, money: value * this.#contract.size, divisor: 1 };
  }

  /** What the venue says is filled in all. One that is not larger than an earlier one adds no quantity. */
  total(total: FilledTotal): FillIncrement {
    const { quantity } = total;
    if (quantity > this.#largestTotal + quantity * quantityTolerance) {
      this.#largestTotal = quantity;
      this.#rises += 1;
    }
    const money = this.#moneyOf(total);
    return this.#increment(money === undefined ? this.#priced : { quantity, ...money });
  }

  #moneyOf({ quantity, averagePrice, cost }: FilledTotal): Omit<Sums, 'quantity'> | undefined {
    const { size } = this.#contract;
    const average = averagePrice === undefined ? undefined : valueOf(this.#contract, quantity, averagePrice);
    const money = cost ?? (average === undefined ? undefined : average * size);
    if (money === undefined) return undefined;
    // Of spot a cost is more exact than a rounded average; of contracts it may be in other units than the price.
    const value = average === undefined || size === 1 ? money / size : average;
    const priced = this.#priced;
    if (this.#before === undefined) {
      const share = priced.quantity / quantity;
      this.#before = { value: value * share - priced.value, money: money * share - priced.money };
    }
    return { value: value - this.#before.value, money: money - this.#before.money };
  }

  #increment(sums: Sums): FillIncrement {
    const priced = this.#priced;
    const quantity = sums.quantity - priced.quantity;
    const value = sums.value - priced.value;
    const money = sums.money - priced.money;
    const executions = this.#newExecutions();
    // A cost that lags behind its quantity gives no price: the next one does.
    const isPriced =
      quantity > sums.quantity * quantityTolerance && Math.sign(value) === Math.sign(sums.value) && value !== 0;
    if (!isPriced) return { executions, quantity: 0, price: Number.NaN, money: 0, divisor: 1 };
    const price = priceOf(this.#contract, quantity, value);
    Object.assign(priced, { quantity: sums.quantity, value: sums.value, money: sums.money });
    return { executions, quantity, price, money, divisor: sums.quantity / quantity };
  }

  #newExecutions(): number {
    const executions = Math.max(this.#executions, this.#rises);
    const added = executions - this.#counted;
    this.#counted = executions;
    return added;
  }
}
