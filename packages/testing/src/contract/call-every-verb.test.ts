import { expect, test } from 'vitest';
import { callEveryVerb } from './call-every-verb.ts';

class Order {
  readonly filled: unknown[][] = [];
  fill(...args: unknown[]): void {
    this.filled.push(args);
  }
}

test('calls the verbs of handles that verbs return, and of handles that are members', () => {
  const order = new Order();
  const verbs = { place: () => order, report: { closed: () => undefined } };
  const { called, threw } = callEveryVerb('orders', verbs, { args: [1, 2], callers: [] });
  expect(called).toEqual(['orders.place', 'orders.place().fill', 'orders.report.closed']);
  expect(threw).toEqual([]);
  expect(order.filled).toEqual([[1, 2]]);
});

test('names the verbs that throw and those that reject', async () => {
  const careless = {
    handle: () => ({ verb: (options: { name: string }) => options.name.length }),
    later: async () => Promise.reject(new Error('no')),
  };
  const { threw, rejected } = callEveryVerb('careless', careless, { args: [undefined], callers: [] });
  expect(threw).toEqual([expect.stringContaining('careless.handle().verb threw TypeError')]);
  expect(await Promise.all(rejected)).toEqual(['careless.later rejected with Error: no']);
});

test('passes a function to a verb that calls one, as the first and as the second argument', () => {
  const time = (...args: unknown[]): unknown => (args.find((arg) => typeof arg === 'function') as () => unknown)();
  const results: unknown[] = [];
  const run = (): number => results.push('called');
  expect(callEveryVerb('timing', { time }, { args: ['a'], callers: ['time'], run }).threw).toEqual([]);
  expect(results).toEqual(['called', 'called']);
});
