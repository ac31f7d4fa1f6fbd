import type { CommissionReport } from '@stoqey/ib';
import type { OrderFee } from '@trademeter/instrumentation-orders';
import { commissionFee } from './updates.ts';

/** A commission report names its execution, and not its order. The oldest executions are forgotten. */
const mostExecutions = 10_000;

/** Maps executions to orders for commission reports, also for those that come before the execution. */
export class Executions {
  readonly #onFee: (orderId: number, fee: OrderFee) => void;
  readonly #orderIds = new Map<string, number>();
  readonly #early = new Map<string, CommissionReport[]>();

  constructor(onFee: (orderId: number, fee: OrderFee) => void) {
    this.#onFee = onFee;
  }

  add(executionId: string, orderId: number): void {
    keep(this.#orderIds, executionId, orderId);
    for (const report of this.#early.get(executionId) ?? []) this.#onFee(orderId, commissionFee(report));
    this.#early.delete(executionId);
  }

  addCommission(report: CommissionReport): void {
    const { execId = '' } = report;
    const orderId = this.#orderIds.get(execId);
    if (orderId !== undefined) this.#onFee(orderId, commissionFee(report));
    else keep(this.#early, execId, [...(this.#early.get(execId) ?? []), report]);
  }
}

function keep<V>(map: Map<string, V>, id: string, value: V): void {
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > mostExecutions && oldest !== undefined) map.delete(oldest);
}
