import { type Contract, priceOf, valueOf } from '../reading/contract-terms.ts';

/** Tolerance for the rounding of decimals: a smaller share of a quantity counts as 0. */
export const quantityTolerance = 1e-9;

/** What a report adds to what was counted before. */
export interface FillIncrement {
  /** The number of executions not counted before. */
  readonly executions: number;
  /** The quantity whose money was not counted before; 0 if there is none. */
  readonly quantity: number;
  /** The price of that quantity; `NaN` if there is none. */
  readonly price: number;
  /** In the currency of the order; negative at a price below 0. */
  readonly money: number;
  /** How much larger the totals are than the increment: the rounding error of the price grows by this factor. */
  readonly divisor: number;
}

/** What an order had filled before the ledger was created. */
export interface FilledBefore {
  readonly quantity: number;
  /** Its money without the contract size; `undefined` if it is not known. */
  readonly value: number | undefined;
  /** The ids of its executions; `undefined` if they are not known. */
  readonly executionIds: readonly string[] | undefined;
}

/** The total that a venue reports as filled so far. */
export interface FilledTotal {
  readonly quantity: number;
  readonly averagePrice: number | undefined;
  /** In the currency of the order. */
  readonly cost: number | undefined;
}

/** How a correction changes what was counted. */
export interface CorrectionIncrement {
  /** What it adds. A quantity of 0 with money corrects a price that was too low. */
  readonly added: FillIncrement;
  /** What it takes back, in the currency of the order; never negative. */
  readonly reversedMoney: number;
}

interface Sums {
  quantity: number;
  value: number;
  money: number;
}

/** An execution that has an id. Its figures are `undefined` if an earlier process counted it. */
interface Execution {
  quantity: number | undefined;
  price: number | undefined;
}

/** A correction that arrived before its execution and has only some of its figures. */
interface AwaitedCorrection {
  /** The ids of the execution and of its corrections. */
  readonly ids: Set<string>;
  quantity: number | undefined;
  price: number | undefined;
}

const counted: Execution = { quantity: undefined, price: undefined };
const nothing: FillIncrement = { executions: 0, quantity: 0, price: Number.NaN, money: 0, divisor: 1 };

/**
 * Adds up the fills of one order from executions and totals, which may arrive in any sequence. The larger of the two is
 * the quantity, and also the number of fills: each execution counts as one, and so does each rise of the total. What
 * was counted stays counted; what the venue takes back is counted separately.
 */
export class FillLedger {
  readonly #contract: Contract;
  /** Created when first needed: most orders have one execution. */
  #executionsById: Map<string, Execution> | undefined;
  /** By each of the ids. */
  #awaited: Map<string, AwaitedCorrection> | undefined;
  /** The quantity filled before the ledger was created whose executions may still be delivered again. */
  #unidentified: number;
  readonly #executed: Sums;
  /** What was counted as money. It lags behind the quantity while a price is not known. */
  readonly #priced: Sums;
  #largestTotal: number;
  #executions = 0;
  #rises = 0;
  /** The first total that rose, as the venue reported it. */
  #firstRise = 0;
  #counted = 0;
  #takenBack = 0;
  /** What was taken back but is not reflected in a total yet. */
  readonly #unseen: Sums = { quantity: 0, value: 0, money: 0 };
  /** Whether the totals started again, for an order that replaces another. */
  #isRestarted = false;
  /** The part of the replaced order that only its totals have shown. */
  #replacedUnidentified = 0;
  /** How many fills of the replaced order only its totals have shown. */
  #replacedRises = 0;
  /** Added to the venue's totals before they are compared with the ledger's. */
  #totalOffset = 0;
  /** The same for money; `undefined` while the money of the earlier fills is not known. */
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

  /** The filled quantity, FIX CumQty(14). */
  get quantity(): number {
    return this.#gross() - this.#takenBack;
  }

  /** Whether the totals started again. */
  get isRestarted(): boolean {
    return this.#isRestarted;
  }

  /** Whether an execution was counted before. */
  has(executionId: string): boolean {
    return this.#executionsById?.has(executionId) === true;
  }

  /** Whether an earlier process counted an execution, and its fees. */
  isBefore(executionId: string): boolean {
    return this.#executionsById?.get(executionId) === counted;
  }

  /**
   * Adds one execution.
   *
   * @param isReplay whether it may be one from before the ledger was created: it has an id, and no later time
   * @returns `undefined` if it was counted before
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
   * Adds one execution of the replaced order. After {@link restart} it is taken for one that the old totals included,
   * until their quantity is used up; after that it raises the start of the new totals.
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
      if (this.#replacedRises > 0) {
        this.#replacedRises -= 1;
        return nothing;
      }
      // One rise of a total was several executions.
      this.#executions += 1;
      this.#rises += 1;
      return { ...nothing, executions: this.#newExecutions() };
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
   * Corrects an execution; quantity 0 means that it did not happen. An execution that was never reported counts as a
   * new one as soon as its quantity and price are known, unless it may be an earlier execution whose id is not known.
   *
   * @param id the id of the correction, which is also an id of the execution from now on
   * @param quantity `undefined` if it stays the same, like `price`
   * @returns `undefined` if nothing changes
   */
  correct(
    previousId: string,
    id: string,
    quantity: number | undefined,
    price: number | undefined,
  ): CorrectionIncrement | undefined {
    const execution = this.#executionsById?.get(previousId);
    const early = id === previousId ? undefined : this.#executionsById?.get(id);
    if (early !== undefined) return this.#replaceBy(early, previousId, execution);
    if (execution === undefined) return this.#correctUnknown(previousId, id, quantity, price);
    this.#remember(id, execution);
    const later = id === previousId ? undefined : this.#awaited?.get(id);
    if (later !== undefined) {
      // A correction of this one came first.
      this.#settle(later, execution);
      const change = this.correct(previousId, previousId, later.quantity ?? quantity, later.price ?? price);
      return change ?? { added: nothing, reversedMoney: 0 };
    }
    // What the earlier process counted for it is not known.
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
    // At a price below 0 the value is negative, and a smaller one is a rise.
    const isLess = Math.sign(value) !== Math.sign(valueOf(this.#contract, oldQuantity, oldPrice));
    if (rise > 0 && execution.price !== oldPrice) {
      // The price changes first. Then the rise has a price, and neither hides the other.
      Object.assign(execution, { quantity: oldQuantity, price: oldPrice });
      const first = this.correct(id, id, oldQuantity, price);
      const { added } = this.correct(id, id, quantity, price) ?? { added: nothing };
      const money = added.money + (first?.added.money ?? 0);
      return { added: { ...added, money }, reversedMoney: first?.reversedMoney ?? 0 };
    }
    if (rise > 0) {
      return { added: this.#execute(rise, value, priceOf(this.#contract, rise, value)), reversedMoney: 0 };
    }
    const money = value * this.#contract.size;
    this.#takeBack(-rise, isLess ? value : 0, isLess ? money : 0);
    if (isLess) return { added: nothing, reversedMoney: Math.abs(money) };
    for (const sums of [this.#executed, this.#priced]) {
      sums.value += value;
      sums.money += money;
    }
    return { added: { ...nothing, money }, reversedMoney: 0 };
  }

  /**
   * Links an execution to a correction that was counted as an execution of its own, because it, or a correction of it,
   * arrived first.
   *
   * @returns `undefined` if that was known
   */
  #replaceBy(early: Execution, previousId: string, execution: Execution | undefined): CorrectionIncrement | undefined {
    if (early === execution) return undefined;
    const awaited = this.#awaited?.get(previousId);
    if (awaited !== undefined) this.#settle(awaited, early);
    this.#remember(previousId, early);
    const { quantity, price } = execution ?? {};
    // What an earlier process counted is not known.
    if (execution === undefined || early === counted || quantity === undefined || price === undefined) {
      return { added: nothing, reversedMoney: 0 };
    }
    for (const [id, each] of this.#executionsById ?? []) if (each === execution) this.#remember(id, early);
    const value = valueOf(this.#contract, quantity, price);
    const money = value * this.#contract.size;
    this.#takeBack(quantity, -value, -money);
    return { added: nothing, reversedMoney: Math.abs(money) };
  }

  /** Adds a total of the venue. A total that is not above an earlier one adds no quantity. */
  total(total: FilledTotal): FillIncrement {
    this.#notice(total.quantity);
    const quantity = total.quantity + this.#totalOffset;
    if (quantity > this.#largestTotal + quantity * quantityTolerance) {
      this.#largestTotal = quantity;
      this.#rises += 1;
      if (this.#rises === 1) this.#firstRise = quantity;
    }
    const money = this.#moneyOf(total);
    return this.#increment(money === undefined ? this.#priced : { quantity, ...money });
  }

  /** Starts the totals again, for an order that replaces another. @param quantity the first of the new totals */
  restart(quantity: number): void {
    const gross = this.#gross();
    this.#isRestarted = true;
    this.#totalOffset = gross - quantity;
    this.#largestTotal = gross;
    this.#priced.quantity = gross;
    // The rest is known from the totals of the replaced order only.
    this.#replacedUnidentified += gross - this.#executed.quantity;
    this.#replacedRises += this.#counted - this.#executions;
    Object.assign(this.#executed, this.#priced);
    this.#executions = this.#counted;
    this.#rises = this.#counted;
    this.#moneyOffset = quantity === 0 ? { value: this.#priced.value, money: this.#priced.money } : undefined;
    Object.assign(this.#unseen, { quantity: 0, value: 0, money: 0 });
  }

  /**
   * Takes over what was counted for the order that this one replaces, if both were counted before that was known. Then
   * this order's totals include earlier fills that were counted already.
   *
   * @param start where the totals started again; `undefined` if they continue
   * @returns the money that was counted twice, not negative
   */
  absorb(replaced: FillLedger, start: number | undefined): number {
    const before = replaced.#gross();
    const offset = start === undefined ? replaced.#totalOffset : before - start;
    const priced = sumOf(this.#priced, replaced.#priced);
    const ownTotal = this.#largestTotal === 0 ? 0 : this.#largestTotal + offset;
    const isRestated = this.#rises > 0 && this.#firstRise + offset <= replaced.#largestTotal * (1 + quantityTolerance);

    this.#rises += replaced.#rises - (isRestated ? 1 : 0);
    this.#counted += replaced.#counted;
    this.#takenBack += replaced.#takenBack;
    this.#unidentified += replaced.#unidentified;
    this.#replacedUnidentified += replaced.#replacedUnidentified;
    this.#replacedRises += replaced.#replacedRises;
    this.#isRestarted = replaced.#isRestarted || start !== undefined;
    if (start !== undefined) this.#replacedUnidentified += Math.max(0, before - replaced.#executed.quantity);
    Object.assign(this.#unseen, sumOf(this.#unseen, replaced.#unseen));
    this.#absorbExecutions(replaced);

    const isLatest = ownTotal >= replaced.#largestTotal;
    this.#largestTotal = Math.max(ownTotal, replaced.#largestTotal);
    this.#totalOffset += offset;
    if (start !== undefined || replaced.#moneyOffset === undefined) this.#moneyOffset = undefined;
    else if (this.#moneyOffset !== undefined) {
      this.#moneyOffset.value += replaced.#moneyOffset.value;
      this.#moneyOffset.money += replaced.#moneyOffset.money;
    }

    const gross = this.#gross();
    if (priced.quantity <= gross * (1 + quantityTolerance)) {
      Object.assign(this.#priced, priced);
      return 0;
    }
    if (this.#executed.quantity >= gross * (1 - quantityTolerance)) Object.assign(this.#priced, this.#executed);
    else if (!isLatest) Object.assign(this.#priced, replaced.#priced);
    else if (this.#moneyOffset !== undefined) addShare(this.#priced, { quantity: offset, ...this.#moneyOffset }, 1);
    else {
      // Assume that all fills in the new total had its average price.
      const own = { ...this.#priced };
      Object.assign(this.#priced, replaced.#priced);
      addShare(this.#priced, own, (ownTotal - before) / own.quantity);
    }
    return Math.max(0, Math.abs(priced.money) - Math.abs(this.#priced.money));
  }

  /** Adds the executions of another ledger, except those that both know. */
  #absorbExecutions(replaced: FillLedger): void {
    const twice: Sums = { quantity: 0, value: 0, money: 0 };
    const seen = new Set<Execution>();
    for (const [id, execution] of replaced.#executionsById ?? []) {
      const own = this.#executionsById?.get(id);
      if (own === undefined) {
        this.#remember(id, execution);
        continue;
      }
      // What an earlier process counted has no figures.
      const known = own === counted ? execution : own;
      if (seen.has(known) || known.quantity === undefined || known.price === undefined) continue;
      seen.add(known);
      const value = valueOf(this.#contract, known.quantity, known.price);
      addShare(twice, { quantity: known.quantity, value, money: value * this.#contract.size }, 1);
    }
    for (const [id, awaited] of replaced.#awaited ?? []) (this.#awaited ??= new Map()).set(id, awaited);
    this.#executions += replaced.#executions - seen.size;
    Object.assign(this.#executed, sumOf(this.#executed, replaced.#executed));
    addShare(this.#executed, twice, -1);
  }

  /** Corrects an execution that was never reported. */
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
    const later = id === previousId ? undefined : this.#awaited?.get(id);
    awaited.quantity = later?.quantity ?? quantity ?? awaited.quantity;
    awaited.price = later?.price ?? price ?? awaited.price;
    this.#awaited ??= new Map();
    for (const each of later?.ids ?? []) {
      awaited.ids.add(each);
      this.#awaited.set(each, awaited);
    }
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

  /** The quantity ever filled, including what was taken back. */
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
    // If no total is ahead, the figures of the executions are exact.
    if (!isLevel) return this.#increment(executed);
    Object.assign(priced, executed);
    return { executions: this.#newExecutions(), quantity, price, money, divisor: 1 };
  }

  /** @param value negative if less was paid than before, like `money` */
  #takeBack(quantity: number, value: number, money: number): void {
    this.#takenBack += quantity;
    this.#unseen.quantity += quantity;
    this.#unseen.value += value;
    this.#unseen.money += money;
  }

  /** Checks whether a total reflects what was taken back: it is lower by that much. Other totals may be old ones. */
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
    // A cost is more exact than a rounded average, unless it includes a contract size that is not known here.
    const ofCost = money / size;
    const isInOtherUnits = average !== undefined && Math.abs(ofCost - average) > Math.abs(average) * 0.01;
    const value = isInOtherUnits ? average : ofCost;
    const priced = this.#priced;
    if (this.#moneyOffset === undefined) {
      // Assume that earlier fills had this average price.
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
    // A cost that lags behind its quantity gives no price. Wait for the next one.
    const isPriced =
      quantity > sums.quantity * quantityTolerance && Math.sign(value) === Math.sign(sums.value) && value !== 0;
    if (!isPriced) return { ...nothing, executions };
    const price = priceOf(this.#contract, quantity, value);
    Object.assign(priced, { quantity: sums.quantity, value: sums.value, money: sums.money });
    return { executions, quantity, price, money, divisor: sums.quantity / quantity };
  }

  #newExecutions(): number {
    const executions = Math.max(this.#executions, this.#rises);
    // Fills of a replaced order may have been counted twice.
    const added = Math.max(0, executions - this.#counted);
    this.#counted += added;
    return added;
  }
}

function sumOf(one: Sums, other: Sums): Sums {
  return {
    quantity: one.quantity + other.quantity,
    value: one.value + other.value,
    money: one.money + other.money,
  };
}

/** Adds a share of other sums. */
function addShare(sums: Sums, other: Sums, share: number): void {
  sums.quantity += other.quantity * share;
  sums.value += other.value * share;
  sums.money += other.money * share;
}
