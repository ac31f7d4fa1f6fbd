import type { NewOrder } from '@trademeter/instrumentation-orders';
import type { Random } from './random.ts';
import type { Sleep } from './sleep.ts';

/** A broker's report about an order, like a FIX ExecutionReport. */
export type ExecutionReport =
  | { readonly type: 'new' }
  | {
      readonly type: 'trade';
      readonly executionId: string;
      readonly quantity: number;
      readonly price: number;
      readonly liquidity: 'maker' | 'taker';
      /** Negative is a rebate. */
      readonly fee: number;
    }
  | { readonly type: 'rejected'; readonly reason: string }
  | { readonly type: 'expired' };

export interface PaperOrder extends NewOrder {
  readonly side: string;
  readonly quantity: number;
  readonly expectedPrice: number;
}

const rejectReasons = ['exceeded_max_notional_order_amt', 'price_exceeds_current_price_band', 'exchange_closed'];
const takerFeePerShare = 0.005;
const makerRebatePerShare = 0.002;

/** A simulated broker: latency, partial fills, slippage and refusals. */
export class PaperBroker {
  readonly #random: Random;
  readonly #sleep: Sleep;
  #executions = 0;

  constructor(random: Random, sleep: Sleep) {
    this.#random = random;
    this.#sleep = sleep;
  }

  /** Sends an order. Its reports arrive later and in parts. */
  async *send(order: PaperOrder): AsyncGenerator<ExecutionReport> {
    await this.#latency();
    if (this.#random.uniform() < 0.04) {
      yield {
        type: 'rejected',
        reason: rejectReasons[Math.floor(this.#random.uniform() * rejectReasons.length)] as string,
      };
      return;
    }
    yield { type: 'new' };
    let open = order.quantity;
    while (open > 0) {
      await this.#latency();
      // A limit order waits for its price; sometimes the day ends first.
      if (order.type === 'limit' && this.#random.uniform() < 0.1) {
        yield { type: 'expired' };
        return;
      }
      const quantity = this.#random.uniform() < 0.4 ? Math.ceil(open * this.#random.uniform()) || open : open;
      open -= quantity;
      yield this.#execution(order, quantity);
    }
  }

  #execution(order: PaperOrder, quantity: number): ExecutionReport {
    const isMaker = order.type === 'limit' && this.#random.uniform() < 0.5;
    // Mostly slightly worse than expected, sometimes better; never through the limit, which is in whole cents.
    const slip =
      order.type === 'limit' ? -Math.abs(this.#random.normal()) * 1e-4 : (this.#random.normal() + 0.5) * 3e-4;
    const price = order.expectedPrice * (1 + (order.side === 'buy' ? slip : -slip));
    this.#executions += 1;
    return {
      type: 'trade',
      executionId: `paper-${this.#executions}`,
      quantity,
      price: Math.round(price * 100) / 100,
      liquidity: isMaker ? 'maker' : 'taker',
      fee: quantity * (isMaker ? -makerRebatePerShare : takerFeePerShare),
    };
  }

  /** 2 to 20 milliseconds. */
  async #latency(): Promise<void> {
    await this.#sleep(2 + 18 * this.#random.uniform() ** 3);
  }
}
