import { createInterface } from 'node:readline';

/** An order to place. */
export interface LimitOrder {
  readonly side: 'buy' | 'sell';
  readonly symbol: string;
  readonly quantity: number;
  readonly price: number;
}

/** The instructions that a bot takes. Orders are numbered from 1 as they are placed. */
export interface Desk {
  place(order: LimitOrder): Promise<void>;
  cancel(number: number): Promise<void>;
  /** Changes an open order. */
  replace(number: number, quantity: number, price: number): Promise<void>;
  /** Requests the state of all orders. */
  poll(): Promise<void>;
}

/**
 * Takes the place of a strategy: runs instructions from standard input, line by line, and prints each line when done.
 *
 * - `buy 0.5 BTC/USDT 64000`, `sell 2 ETH/USDT 3000`
 * - `cancel 1`
 * - `replace 1 0.4 63990`
 * - `poll`
 */
export async function followInstructions(desk: Desk): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    // a strategy would handle the error; this one continues
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
