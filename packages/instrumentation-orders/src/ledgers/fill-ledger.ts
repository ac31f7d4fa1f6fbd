import { type Contract, priceOf, valueOf } from '../reading/contract-terms.ts';

/** Quantities are sums of decimals in binary: less than this share of one is nothing. */
export const quantityTolerance = 1e-9;

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

/** What a correction changes of what was counted. */
export interface CorrectionIncrement {
  /** What it adds; a quantity of 0 with money is a price that was too low. */
  readonly added: FillIncrement;
  /** What it takes back, in the currency of the order; never negative. */
  readonly reversedMoney: number;
}

interface Sums {
  quantity: number;
  value: number;
  money: number;
}

/** An execution by its id; `undefined` figures of one that an earlier process counted. */
interface Execution {
  quantity: number | undefined;
  price: number | undefined;
}

/** A correction that came before its execution and does not give all of it. */
interface AwaitedCorrection {
  /** Of the execution and its corrections. */
  readonly ids: Set<string>;
  quantity: number | undefined;
  price: number | undefined;
}

const counted: Execution = { quantity: undefined, price: undefined };
const nothing: FillIncrement = { executions: 0, quantity: 0, price: Number.NaN, money: 0, divisor: 1 };

/**
 * Adds up the fills of one order from executions and totals, in any order. The quantity is the larger of the two, and so
 * is the number of fills: an execution counts one, and so does each rise of the total. What was counted stays counted:
 * what the venue takes back is kept apart.
 */
export class FillLedger {
  readonly #contract: Contract;
  /** Made when it is first needed: most orders have one execution. */
  #executionsById: Map<string, Execution> | undefined;
  /** By each of their ids. */
  #awaited: Map<string, AwaitedCorrection> | undefined;
  /** What may still be delivered again of the executions before the order was followed. */
  #unidentified: number;
  readonly #executed: Sums;
  /** What is counted as money: behind the quantity while a price is not known. */
  readonly #priced: Sums;
  #largestTotal: number;
  #executions = 0;
  #rises = 0;
  #counted = 0;
  #takenBack = 0;
  /** What was taken back and no total has shown yet. */
  readonly #unseen: Sums = { quantity: 0, value: 0, money: 0 };
  /** Whether the totals began again, for an order that replaces the one before. */
  #isRestarted = false;
  /** What of the replaced order its totals have shown and no execution. */
  #replacedUnidentified = 0;
  /** Added to the venue's totals to compare them with this ledger's. */
  #totalOffset = 0;
  /** As {@link #totalOffset}, for their money; `undefined` while the money of what was filled before is not known. */
  #moneyOffset: { value: number; money: number } | undefined;

  constructor(contract: Contract, before: FilledBefore) {
    const { quantity, value, executionIds } = before;
    this.#contract = contract;
    if (executionIds !== undefined && executionIds.length > 0) {
      this.#executionsById = new Map(executionIds.map((id) => [id, counted]));
    }
    this.#unidentified = executionIds === undefined ? quantity : 0;
    this.#executed = { quantity, value: 0, money: 0 };
    this.#priced = { quantity, value: 0, money: 0 };
    this.#largestTotal = quantity;
    if (quantity === 0) this.#moneyOffset = { value: 0, money: 0 };
    else if (value !== undefined) this.#moneyOffset = { value: -value, money: -value * contract.size };
  }

  /** FIX CumQty(14). */
  get quantity(): number {
    return this.#gross() - this.#takenBack;
  }

  /** Whether an execution was counted before. */
  has(executionId: string): boolean {
    return this.#executionsById?.has(executionId) === true;
  }

  /** Whether an execution was counted by an earlier process, and its fees with it. */
  isBefore(executionId: string): boolean {
    return this.#executionsById?.get(executionId) === counted;
  }

  /**
   * One execution.
   *
   * @param isReplay whether it may be one of those before the order was followed: it has an id, and no time that is later
   * @returns `undefined` when it was counted before
   */
  execution(id: string | undefined, quantity: number, price: number, isReplay: boolean): FillIncrement | undefined {
    if (id !== undefined) {
      if (this.has(id)) return undefined;
      if (isReplay && quantity <= this.#unidentified * (1 + quantityTolerance)) {
        this.#unidentified -= quantity;
        this.#remember(id, counted);
        return undefined;
      }
    }
    const awaited = id === undefined ? undefined : this.#awaited?.get(id);
    const execution = { quantity: awaited?.quantity ?? quantity, price: awaited?.price ?? price };
    if (id !== undefined) this.#remember(id, execution);
    this.#settle(awaited, execution);
    this.#executions += 1;
    const value = valueOf(this.#contract, execution.quantity, execution.price);
    return this.#execute(execution.quantity, value, execution.price);
  }

  /**
   * As {@link execution}, of the order that this one replaced. After {@link restart} it is one of those that its totals
   * have shown, until they make these up; else it raises where the totals begin.
   */
  executionOfReplaced(
    id: string | undefined,
    quantity: number,
    price: number,
    isReplay: boolean,
  ): FillIncrement | undefined {
    if (!this.#isRestarted || id === undefined) return this.execution(id, quantity, price, isReplay);
    if (quantity <= this.#replacedUnidentified * (1 + quantityTolerance)) {
      this.#replacedUnidentified -= quantity;
      this.#remember(id, { quantity, price });
      return nothing;
    }
    const { money: moneyBefore, value: valueBefore } = this.#executed;
    const increment = this.execution(id, quantity, price, isReplay);
    if (increment === undefined) return undefined;
    this.#totalOffset += quantity;
    this.#largestTotal += quantity;
    this.#rises += 1;
    if (this.#moneyOffset !== undefined) {
      this.#moneyOffset.value += this.#executed.value - valueBefore;
      this.#moneyOffset.money += this.#executed.money - moneyBefore;
    }
    return increment;
  }

  /**
   * An execution was wrong, and is right now; of quantity 0 it did not happen. One that was never reported counts as a
   * new one, once its quantity and price are known; while executions from before the order was followed are not known
   * by their ids, as one of those.
   *
   * @param id of the correction, which stands for the execution from now on
   * @param quantity and `price`: `undefined` where they stay as they were
   * @returns `undefined` when nothing changes
   */
  correct(
    previousId: string,
    id: string,
    quantity: number | undefined,
    price: number | undefined,
  ): CorrectionIncrement | undefined {
    if (id !== previousId && this.has(id)) return undefined;
    const execution = this.#executionsById?.get(previousId);
    if (execution === undefined) return this.#correctUnknown(previousId, id, quantity, price);
    this.#remember(id, execution);
    // Nobody knows what the earlier process counted for it.
    if (execution.quantity === undefined || execution.price === undefined) {
      return { added: nothing, reversedMoney: 0 };
    }
    const [oldQuantity, oldPrice] = [execution.quantity, execution.price];
    execution.quantity = quantity ?? oldQuantity;
    execution.price = price ?? oldPrice;
    const rise = execution.quantity - oldQuantity;
    const value =
      valueOf(this.#contract, execution.quantity, execution.price) - valueOf(this.#contract, oldQuantity, oldPrice);
    if (rise === 0 && value === 0) return id === previousId ? undefined : { added: nothing, reversedMoney: 0 };
    if (rise > 0) {
      return { added: this.#execute(rise, value, priceOf(this.#contract, rise, value)), reversedMoney: 0 };
    }
    const money = value * this.#contract.size;
    // At a price below 0 a value is negative, and less of it is a rise.
    const isLess = Math.sign(value) !== Math.sign(valueOf(this.#contract, oldQuantity, oldPrice));
    this.#takeBack(-rise, isLess ? value : 0, isLess ? money : 0);
    if (isLess) return { added: nothing, reversedMoney: Math.abs(money) };
    for (const sums of [this.#executed, this.#priced]) {
      sums.value += value;
      sums.money += money;
    }
    return { added: { ...nothing, money }, reversedMoney: 0 };
  }

  /** What the venue says is filled in all. One that is not larger than an earlier one adds no quantity. */
  total(total: FilledTotal): FillIncrement {
    this.#notice(total.quantity);
    const quantity = total.quantity + this.#totalOffset;
    if (quantity > this.#largestTotal + quantity * quantityTolerance) {
      this.#largestTotal = quantity;
      this.#rises += 1;
    }
    const money = this.#moneyOf(total);
    return this.#increment(money === undefined ? this.#priced : { quantity, ...money });
  }

  /** The venue counts its totals from another start, for an order that replaces the one before. @param quantity where they begin */
  restart(quantity: number): void {
    const gross = this.#gross();
    this.#isRestarted = true;
    this.#totalOffset = gross - quantity;
    this.#largestTotal = gross;
    this.#priced.quantity = gross;
    // Only the totals of the replaced order have shown the rest.
    this.#replacedUnidentified += gross - this.#executed.quantity;
    Object.assign(this.#executed, this.#priced);
    this.#executions = this.#counted;
    this.#rises = this.#counted;
    this.#moneyOffset = quantity === 0 ? { value: this.#priced.value, money: this.#priced.money } : undefined;
    Object.assign(this.#unseen, { quantity: 0, value: 0, money: 0 });
  }

  /** As {@link correct}, of an execution that was never reported. */
  #correctUnknown(
    previousId: string,
    id: string,
    quantity: number | undefined,
    price: number | undefined,
  ): CorrectionIncrement | undefined {
    if (this.#unidentified > 0) {
      this.#unidentified = Math.max(0, this.#unidentified - (quantity ?? 0));
      this.#remember(previousId, counted);
      this.#remember(id, counted);
      return { added: nothing, reversedMoney: 0 };
    }
    const awaited = this.#awaited?.get(previousId) ?? { ids: new Set(), quantity: undefined, price: undefined };
    // Delivered again.
    if (id !== previousId && awaited.ids.has(id)) return undefined;
    awaited.quantity = quantity ?? awaited.quantity;
    awaited.price = price ?? awaited.price;
    this.#awaited ??= new Map();
    for (const each of [previousId, id]) {
      awaited.ids.add(each);
      this.#awaited.set(each, awaited);
    }
    if (awaited.quantity === 0) {
      this.#settle(awaited, { quantity: 0, price: awaited.price ?? 0 });
      return undefined;
    }
    if (awaited.quantity === undefined || awaited.price === undefined) return { added: nothing, reversedMoney: 0 };
    const execution = { quantity: awaited.quantity, price: awaited.price };
    this.#settle(awaited, execution);
    this.#executions += 1;
    const value = valueOf(this.#contract, execution.quantity, execution.price);
    return { added: this.#execute(execution.quantity, value, execution.price), reversedMoney: 0 };
  }

  #settle(awaited: AwaitedCorrection | undefined, execution: Execution): void {
    for (const id of awaited?.ids ?? []) {
      this.#remember(id, execution);
      this.#awaited?.delete(id);
    }
  }

  #remember(id: string, execution: Execution): void {
    this.#executionsById ??= new Map();
    this.#executionsById.set(id, execution);
  }

  /** All that was ever filled. */
  #gross(): number {
    return Math.max(this.#executed.quantity, this.#largestTotal);
  }

  #execute(quantity: number, value: number, price: number): FillIncrement {
    const executed = this.#executed;
    const priced = this.#priced;
    const money = value * this.#contract.size;
    const isLevel = executed.quantity === priced.quantity && executed.money === priced.money;
    executed.quantity += quantity;
    executed.value += value;
    executed.money += money;
    // Without a total that is ahead, its figures are exact.
    if (!isLevel) return this.#increment(executed);
    Object.assign(priced, executed);
    return { executions: this.#newExecutions(), quantity, price, money, divisor: 1 };
  }

  /** @param value and `money`: negative where less than before was paid */
  #takeBack(quantity: number, value: number, money: number): void {
    this.#takenBack += quantity;
    this.#unseen.quantity += quantity;
    this.#unseen.value += value;
    this.#unseen.money += money;
  }

  /** What was taken back shows in a total that is that much lower; one that is not lower may be an old one. */
  #notice(quantity: number): void {
    const unseen = this.#unseen;
    if (unseen.quantity === 0 && unseen.money === 0) return;
    const lower = this.#gross() - unseen.quantity;
    if (quantity + this.#totalOffset > lower * (1 + quantityTolerance)) return;
    this.#totalOffset += unseen.quantity;
    if (this.#moneyOffset !== undefined) {
      this.#moneyOffset.value -= unseen.value;
      this.#moneyOffset.money -= unseen.money;
    }
    Object.assign(unseen, { quantity: 0, value: 0, money: 0 });
  }

  #moneyOf({ quantity, averagePrice, cost }: FilledTotal): Omit<Sums, 'quantity'> | undefined {
    const { size } = this.#contract;
    const average = averagePrice === undefined ? undefined : valueOf(this.#contract, quantity, averagePrice);
    const money = cost ?? (average === undefined ? undefined : average * size);
    if (money === undefined) return undefined;
    // A cost is more exact than a rounded average, unless it counts contracts whose size is not known here.
    const ofCost = money / size;
    const isInOtherUnits = average !== undefined && Math.abs(ofCost - average) > Math.abs(average) * 0.01;
    const value = isInOtherUnits ? average : ofCost;
    const priced = this.#priced;
    if (this.#moneyOffset === undefined) {
      // What was filled before was filled at this average, as far as is known.
      const share = (priced.quantity - this.#totalOffset) / quantity;
      this.#moneyOffset = { value: priced.value - value * share, money: priced.money - money * share };
    }
    return { value: value + this.#moneyOffset.value, money: money + this.#moneyOffset.money };
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
    if (!isPriced) return { ...nothing, executions };
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
