import { createInterface } from 'node:readline';

/** An order that the bot is to place. */
export interface LimitOrder {
  readonly side: 'buy' | 'sell';
  readonly symbol: string;
  readonly quantity: number;
  readonly price: number;
}

/** What a bot can be asked for. An order is named by its number, from 1, in the order in which they were placed. */
export interface Desk {
  place(order: LimitOrder): Promise<void>;
  cancel(number: number): Promise<void>;
  /** Changes what is left of an order. */
  replace(number: number, quantity: number, price: number): Promise<void>;
  /** Asks the venue how its orders stand. */
  poll(): Promise<void>;
}

/**
 * Stands in for a strategy: does what standard input says, a line at a time, and prints each line once it is done.
 *
 * - `buy 0.5 BTC/USDT 64000`, `sell 2 ETH/USDT 3000`
 * - `cancel 1`
 * - `replace 1 0.4 63990`
 * - `poll`
 */
export async function followInstructions(desk: Desk): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    // what goes wrong is the strategy's to deal with; this one goes on
    await follow(desk, line).catch((error: unknown) => {
      console.log(`${line}: ${error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error)}`);
    });
    console.log(`done ${line}`);
  }
}

async function follow(desk: Desk, line: string): Promise<void> {
  const [verb = '', first = '', second = '', third = ''] = line.split(' ');
  switch (verb) {
    case 'buy':
    case 'sell':
      return desk.place({ side: verb, quantity: Number(first), symbol: second, price: Number(third) });
    case 'cancel':
      return desk.cancel(Number(first));
    case 'replace':
      return desk.replace(Number(first), Number(second), Number(third));
    case 'poll':
      return desk.poll();
    default:
      throw new Error(`there is no instruction ${verb}`);
  }
}
