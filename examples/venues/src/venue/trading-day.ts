import { expect } from 'vitest';
import { toNumber } from './decimal.ts';
import { figuresOf } from './ledger.ts';
import type { NewExecution, Venue } from './venue.ts';
import { VenueBot } from './venue-bot.ts';
import type { VenueOrder } from './venue-order.ts';

/** @param place makes the bot place an order and returns it as the venue received it */
type MoreOfADay = (bot: VenueBot, place: (instruction: string) => Promise<VenueOrder>) => Promise<void>;

/**
 * A bot's day at a venue: partial, repeated and reordered fills, a cancellation, a rejection, too many requests, an
 * order whose answer never comes, one that never arrives, a replacement, an expiry, and a restart. Before the restart
 * and at the end, the bot's figures must equal the venue's ledger.
 *
 * @param program the bot's main file, relative to this one
 * @param more events of this venue only, before the restart
 */
export async function expectMeasuredDay(venue: Venue, program: string, more?: MoreOfADay): Promise<void> {
  const [one, other] = venue.symbols;
  const earlier = new Map<string, number>();
  {
    await using bot = await VenueBot.start(program, venue.environment);
    const place = async (instruction: string): Promise<VenueOrder> => {
      await bot.do(instruction);
      return lastOf(venue);
    };

    const execute = async (order: VenueOrder, execution: NewExecution): Promise<void> => {
      venue.execute(order, execution);
      if (venue.isPolled) await bot.do('poll');
    };

    const filled = await place(`buy 0.5 ${one} 64000`);
    await execute(filled, { quantity: '0.2', price: '64000', fee: '12.8', isMaker: true });
    await execute(filled, { quantity: '0.3', price: '64010.5', otherFee: '0.01' });
    venue.repeat(filled);

    const canceled = await place(`sell 2 ${other} 3000`);
    await execute(canceled, { quantity: '1.5', price: '3000.7', fee: '-0.5', isMaker: true });
    await bot.do('cancel 2');
    venue.repeat(canceled);

    for (const answer of ['refuse', 'limit', 'ban'] as const) {
      venue.nextAnswer = answer;
      await bot.do(`buy 100 ${one} 64000`);
    }

    venue.nextAnswer = 'keep-silent';
    const silent = await place(`buy 0.25 ${one} 63900`);
    await execute(silent, { quantity: '0.25', price: '63890', fee: '1.5' });

    venue.nextAnswer = 'cut';
    await bot.do(`sell 0.75 ${other} 3010`);

    const replaced = await place(`buy 0.4 ${other} 3000`);
    const numberOf = venue.orders.length + venue.lost.length;
    await execute(replaced, { quantity: '0.1', price: '2999', fee: '0.3' });
    await bot.do(`replace ${numberOf} 0.5 2990`);
    await execute(replaced, { quantity: '0.5', price: '2990', fee: '1.495' });

    const expired = await place(`sell 1 ${one} 65000`);
    venue.end(expired, 'expired');

    await more?.(bot, place);

    const resumed = await place(`buy 1 ${one} 63000`);
    await execute(resumed, { quantity: '0.4', price: '62999.9', fee: '6.3', isMaker: true });

    await bot.do('poll');
    await expectFigures(venue, bot);
    for (const [name, value] of await bot.figures()) if (!name.startsWith('open ')) earlier.set(name, value);
  }

  await using bot = await VenueBot.start(program, venue.environment);
  const resumed = lastOf(venue);
  await bot.do('poll');
  venue.repeat(resumed);
  await expectFigures(venue, bot, earlier);
  venue.execute(resumed, { quantity: '0.6', price: '63000', fee: '9.45', isMaker: true });
  await bot.do(`sell 0.6 ${one} 64000`);
  venue.execute(lastOf(venue), { quantity: '0.6', price: '64000', fee: '9.6' });
  if (venue.isPolled) await bot.do('poll');
  await expectFigures(venue, bot, earlier);
}

function lastOf(venue: Venue): VenueOrder {
  const order = venue.orders.at(-1);
  if (order === undefined) throw new Error('the venue has no order');
  return order;
}

/** @param earlier the figures of an earlier process of the bot */
async function expectFigures(venue: Venue, bot: VenueBot, earlier = new Map<string, number>()): Promise<void> {
  const expected = Object.fromEntries(
    [...figuresOf([...venue.orders, ...venue.lost])]
      .filter(([, money]) => money !== 0n)
      .map(([name, money]) => [name, expect.closeTo(toNumber(money), 6)]),
  );
  const measured = async () => {
    const sums = new Map(earlier);
    for (const [name, value] of await bot.figures()) sums.set(name, (sums.get(name) ?? 0) + value);
    return Object.fromEntries(sums);
  };
  // the last reports are in transit
  try {
    await expect.poll(measured, { timeout: 10_000, interval: 50 }).toEqual(expected);
  } catch (error) {
    console.log(bot.printed);
    throw error;
  }
}
