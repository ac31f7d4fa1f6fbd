import { createTestTelemetry } from '@trademeter/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instrumentOrders, type ReportedReplacement, type ReportedUpdate } from './index.ts';

const described = { symbol: 'BTC/USDT', side: 'buy', type: 'limit' };

type Message = { readonly update: ReportedUpdate } | { readonly replace: ReportedReplacement };

/** One fill of the history of an order. */
interface Fill {
  /** How many replacements came before it. */
  readonly generation: number;
  readonly quantity: number;
  readonly price: number;
  /** What the venue's message about it contains. */
  readonly form: 'total' | 'execution' | 'both';
}

type Form = Fill['form'];

const historiesOf = (...forms: readonly Form[]) =>
  fc.integer({ min: 1, max: 4 }).chain((generations) =>
    fc.record({
      generations: fc.constant(generations),
      fills: fc
        .array(
          fc.record<Fill>({
            generation: fc.nat(generations - 1),
            quantity: fc.integer({ min: 1, max: 8 }).map((eighths) => eighths / 8),
            price: fc.integer({ min: 90, max: 110 }),
            form: fc.constantFrom(...forms),
          }),
          { minLength: 1, maxLength: 6 },
        )
        .map((list) => list.toSorted((one, other) => one.generation - other.generation)),
      /** Whether the first message of each id restates the total so far. */
      restates: fc.array(fc.boolean(), { minLength: generations, maxLength: generations }),
      /** How the end of each old id is reported. */
      oldStatus: fc.constantFrom(undefined, 'replaced', 'canceled'),
      seed: fc.infiniteStream(fc.nat(1_000)),
    }),
  );

type History = typeof historiesOf extends (...args: never) => fc.Arbitrary<infer H> ? H : never;

/** The messages of a venue, in order. @param continues whether its totals continue under the new id of an order */
function messagesOf({ generations, fills, restates, oldStatus }: History, continues: boolean) {
  const messages: Message[] = [];
  const all = fills.reduce((sum, { quantity }) => sum + quantity, 0);
  let [filledQuantity, cost, before, costBefore] = [0, 0, 0, 0];
  const total = () =>
    continues ? { filledQuantity, cost } : { filledQuantity: filledQuantity - before, cost: cost - costBefore };
  for (let generation = 0; generation < generations; generation += 1) {
    const orderId = `o${generation}`;
    const oldId = `o${generation - 1}`;
    if (generation > 0) {
      const status = oldStatus;
      if (status !== undefined && continues)
        messages.push({ update: { orderId: oldId, ...described, status, ...total() } });
      [before, costBefore] = [filledQuantity, cost];
      const restart = continues ? { quantity: all } : { quantity: all - before || 1, filledQuantity: 0 };
      messages.push({ replace: { orderId: oldId, newOrderId: orderId, ...restart } });
    }
    const own = { orderId, ...described, quantity: (continues ? all : all - before) || 1, status: 'open' };
    if (generation === 0 || restates[generation] === true) messages.push({ update: { ...own, ...total() } });
    for (const [index, { generation: of, quantity, price, form }] of fills.entries()) {
      if (of !== generation) continue;
      filledQuantity += quantity;
      cost += quantity * price;
      const executions = form === 'total' ? [] : [{ executionId: `e${index}`, quantity, price }];
      messages.push({ update: { ...own, executions, ...(form !== 'execution' && total()) } });
    }
  }
  messages.push({ update: { orderId: `o${generations - 1}`, ...described, status: 'filled', ...total() } });
  return { messages, cost };
}

test.each<[string, boolean, readonly Form[]]>([
  ['continue', true, ['total', 'execution', 'both']],
  // After a replacement, only executions with the old id count.
  ['start again', false, ['execution']],
])(
  'an order whose totals %s under each new id counts what plain arithmetic says, for any sequence of messages, each repeated',
  async (_name, continues, forms) => {
    await fc.assert(
      fc.asyncProperty(historiesOf(...forms), async (history) => {
        await using telemetry = createTestTelemetry();
        const { report } = instrumentOrders({ venue: 'fix', meterProvider: telemetry.meterProvider });
        const { messages, cost } = messagesOf(history, continues);
        const shuffled = [...messages, ...messages]
          .map((message) => ({ message, place: history.seed.next().value }))
          .toSorted((one, other) => one.place - other.place);
        // If some fills are in executions only, and two ids of the order were counted before the replacement was known,
        // no message says which of the executions the totals include: the money of the overlap is an estimate.
        if (continues && history.fills.some(({ form }) => form === 'execution')) {
          const rank = (message: Message) => ('replace' in message ? 1 : message === messages[0] ? 0 : 2);
          shuffled.sort((one, other) => rank(one.message) - rank(other.message));
        }
        for (const { message } of shuffled) {
          if ('update' in message) report.update(message.update);
          else report.replace(message.replace);
        }
        const value = async (name: string) => (await telemetry.value(`trading.order.${name}`)) ?? 0;
        expect((await value('notional')) - (await value('notional_reversed'))).toBeCloseTo(cost, 6);
        expect(await value('replacements')).toBe(history.generations - 1);
        expect([await value('open'), (await value('closed')) - (await value('reopened'))]).toEqual([0, 1]);
        expect(await value('fills')).toBeGreaterThanOrEqual(
          history.fills.filter(({ form }) => form !== 'total').length,
        );
        // A total that a new id restates before its replacement is reported counts as a fill.
        expect(await value('fills')).toBeLessThanOrEqual(history.fills.length + history.generations - 1);
        expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
      }),
      { numRuns: 300 },
    );
  },
);
