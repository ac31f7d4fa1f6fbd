import { setTimeout as sleep } from 'node:timers/promises';
import type { NewOrder } from '@trademeter/instrumentation-orders';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** What the broker reports about an order, as FIX ExecutionReports do. */
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
  readonly quantity: number;
  readonly expectedPrice: number;
}

const rejectReasons = ['exceeded_max_notional_order_amt', 'price_exceeds_current_price_band', 'exchange_closed'];
const takerFeePerShare = 0.005;
const makerRebatePerShare = 0.002;

/** A broker that fills orders on paper. What it draws comes from a seed: the same seed, the same fills. */
export class PaperBroker {
  readonly #random: () => number;
  #executions = 0;

  constructor(seed: number) {
    const generator = xoroshiro128plus(seed);
    this.#random = () => uniformFloat64(generator);
  }

  /** Sends an order; its reports arrive as a broker's do, later and in parts. */
  async *send(order: PaperOrder): AsyncGenerator<ExecutionReport> {
    await this.#latency();
    if (this.#random() < 0.04) {
      yield { type: 'rejected', reason: rejectReasons[Math.floor(this.#random() * rejectReasons.length)] as string };
      return;
    }
    yield { type: 'new' };
    let open = order.quantity;
    while (open > 0) {
      await this.#latency();
      // A limit order waits for the price to come; sometimes the day ends first.
      if (order.type === 'limit' && this.#random() < 0.1) {
        yield { type: 'expired' };
        return;
      }
      const quantity = this.#random() < 0.4 ? Math.ceil(open * this.#random()) || open : open;
      open -= quantity;
      yield this.#execution(order, quantity);
    }
  }

  #execution(order: PaperOrder, quantity: number): ExecutionReport {
    const isMaker = order.type === 'limit' && this.#random() < 0.5;
    // Mostly a little worse than expected, at times better; never a price through the limit.
    const slip = order.type === 'limit' ? -Math.abs(this.#normal()) * 1e-4 : (this.#normal() + 0.5) * 3e-4;
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

  /** 2 to 20 milliseconds, real ones. */
  async #latency(): Promise<void> {
    await sleep(2 + 18 * this.#random() ** 3);
  }

  /** A draw from the normal distribution, by Box and Muller. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}
