import { isSameCurrency } from '@trademeter/instrumentation';
import type { ParsedFee } from '../reading/parse-fill.ts';
import { revisionOf } from './execution-revisions.ts';
import { quantityTolerance } from './fill-ledger.ts';

interface PaidFee {
  readonly amount: number;
  readonly currency: string;
}

/** What was paid for an execution in one currency. */
interface PaidCurrency {
  readonly currency: string;
  /** The last revision of the execution that has a fee in this currency. */
  revision: number;
  amount: number;
  /** Every fee that was counted, to recognize repeated ones. */
  readonly fees: { readonly executionId: string; readonly amount: number }[];
}

/** What was paid for an execution, over all of its revisions. */
interface PaidExecution {
  /** The last revision that reported its fees, even if it had none. */
  knownRevision: number;
  readonly currencies: PaidCurrency[];
}

interface Revision {
  readonly execution: PaidExecution;
  number: number;
}

/**
 * Tracks what was paid for the executions of one order, so that no fee counts twice. The fees of a correction replace
 * those of the corrected execution in the same currency: the difference counts.
 */
export class FeeLedger {
  readonly #currency: string;
  readonly #hasRevisedIds: boolean;
  #revisions: Map<string, Revision> | undefined;
  /** By the part of the id that revisions share, for venues whose ids show what they correct. */
  #executions: Map<string, PaidExecution> | undefined;

  /**
   * @param currency the currency of fees without one
   * @param hasRevisedIds whether execution ids show what they correct, as those of IBKR do
   */
  constructor(currency: string, hasRevisedIds: boolean) {
    this.#currency = currency;
    this.#hasRevisedIds = hasRevisedIds;
  }

  /** Whether an execution, or a correction of it, has reported its fees, even if it had none. */
  has(executionId: string): boolean {
    const { execution, number } = this.#revisionOf(executionId);
    return execution.knownRevision >= number;
  }

  /** @returns what the fees of an execution add to what was counted for it before */
  add(executionId: string, fees: readonly ParsedFee[]): readonly PaidFee[] {
    const { execution, number } = this.#revisionOf(executionId);
    execution.knownRevision = Math.max(execution.knownRevision, number);
    const added: PaidFee[] = [];
    for (const [currency, amounts] of this.#byCurrency(fees)) {
      added.push(...pay(execution, number, executionId, currency, amounts));
    }
    return added;
  }

  /** @returns the difference between the fees of a corrected execution and what was counted for it before */
  correct(previousId: string, id: string, fees: readonly ParsedFee[]): readonly PaidFee[] {
    const previous = this.#revisionOf(previousId);
    const own = this.#revisionOf(id);
    let takenBack: readonly PaidFee[] = [];
    if (id === previousId) {
      if (fees.length > 0) previous.number += 1;
    } else if (own.execution !== previous.execution) {
      const shift = previous.number + 1 - own.number;
      // Corrections of this correction may have come first.
      for (const [each, { execution, number }] of this.#revisions ?? []) {
        if (execution !== own.execution) continue;
        this.#revisions?.set(each, { execution: previous.execution, number: number + shift });
      }
      takenBack = takeOver(own.execution, previous.execution, shift);
    }
    return fees.length === 0 ? takenBack : [...takenBack, ...this.add(id, fees)];
  }

  /**
   * Takes over what was paid for the executions of the order that this one replaces.
   *
   * @returns the fees that were counted twice, as negative amounts
   */
  absorb(replaced: FeeLedger): readonly PaidFee[] {
    const twice: PaidFee[] = [];
    for (const [id, revision] of replaced.#revisions ?? []) {
      const own = this.#revisions?.get(id);
      if (own === undefined) {
        this.#revisions ??= new Map();
        this.#revisions.set(id, revision);
        continue;
      }
      for (const { currency, amount } of revision.execution.currencies) {
        const isTwice = own.execution.currencies.some((paid) => isSame(paid.currency, currency));
        if (isTwice && amount !== 0) twice.push({ amount: -amount, currency });
      }
    }
    return twice;
  }

  #byCurrency(fees: readonly ParsedFee[]): Map<string, number[]> {
    const amounts = new Map<string, number[]>();
    for (const { amount, currency } of fees) {
      const own = currency ?? this.#currency;
      const known = [...amounts.keys()].find((each) => isSame(each, own));
      amounts.set(known ?? own, [...(amounts.get(known ?? own) ?? []), amount]);
    }
    return amounts;
  }

  #revisionOf(executionId: string): Revision {
    this.#revisions ??= new Map();
    let revision = this.#revisions.get(executionId);
    if (revision === undefined) {
      revision = this.#newRevision(executionId);
      this.#revisions.set(executionId, revision);
    }
    return revision;
  }

  #newRevision(executionId: string): Revision {
    const revision = this.#hasRevisedIds ? revisionOf(executionId) : undefined;
    if (revision === undefined) return { execution: newExecution(), number: 0 };
    this.#executions ??= new Map();
    const execution = this.#executions.get(revision.base) ?? newExecution();
    this.#executions.set(revision.base, execution);
    return { execution, number: revision.number };
  }
}

function newExecution(): PaidExecution {
  return { knownRevision: -1, currencies: [] };
}

/** Accepts whatever a caller passed as a currency. */
function isSame(one: string, other: string): boolean {
  return one === other || (typeof other === 'string' && isSameCurrency(one, other));
}

/**
 * @param amounts the amounts of one list; equal amounts are several fees
 * @returns what they add to what was counted before; nothing for an older revision or for fees counted already
 */
function pay(
  execution: PaidExecution,
  revision: number,
  executionId: string,
  currency: string,
  amounts: readonly number[],
): readonly PaidFee[] {
  let paid = execution.currencies.find((each) => isSame(each.currency, currency));
  if (paid === undefined) {
    paid = { currency, revision, amount: 0, fees: [] };
    execution.currencies.push(paid);
  }
  if (revision < paid.revision) return [];
  const counted = paid.fees.filter((fee) => fee.executionId === executionId).map(({ amount }) => amount);
  const isReplaced = revision > paid.revision;
  const added = amounts.filter((amount) => !takeOut(counted, amount));
  paid.fees.push(...added.map((amount) => ({ executionId, amount })));
  if (!isReplaced) {
    paid.amount += sumOf(added);
    return added.filter((amount) => amount !== 0).map((amount) => ({ amount, currency }));
  }
  const [before, after] = [paid.amount, sumOf(amounts)];
  paid.revision = revision;
  paid.amount = after;
  // A rounding error is not a fee.
  const isSum = Math.abs(after - before) <= Math.abs(before) * quantityTolerance;
  return isSum ? [] : [{ amount: after - before, currency }];
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

/** Removes an amount. @returns whether it was in the list */
function takeOut(amounts: number[], amount: number): boolean {
  const index = amounts.indexOf(amount);
  if (index >= 0) amounts.splice(index, 1);
  return index >= 0;
}

/**
 * Replaces the fees of an execution by those of a correction that arrived early.
 *
 * @param shift the difference between the revisions of the two
 * @returns what that takes back
 */
function takeOver(early: PaidExecution, execution: PaidExecution, shift: number): readonly PaidFee[] {
  const takenBack: PaidFee[] = [];
  if (early.knownRevision >= 0) execution.knownRevision = early.knownRevision + shift;
  for (const paid of early.currencies) {
    const index = execution.currencies.findIndex(({ currency }) => isSame(currency, paid.currency));
    const before = execution.currencies[index]?.amount ?? 0;
    if (before !== 0) takenBack.push({ amount: -before, currency: paid.currency });
    execution.currencies.splice(index < 0 ? execution.currencies.length : index, 1, {
      ...paid,
      revision: paid.revision + shift,
    });
  }
  return takenBack;
}
