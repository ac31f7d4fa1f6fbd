import { expect, test } from 'vitest';
import { expectMeasuredDay } from '../venue/trading-day.ts';
import { TwsServer } from './server.ts';

test("a bot on IBKR's socket measures what TWS did, also with corrected executions and while it is not connected", async () => {
  await using venue = await new TwsServer().listen();
  const [one, other] = venue.symbols;
  await expectMeasuredDay(venue, '../ibkr/bot.ts', async (bot, place) => {
    const corrected = await place(`buy 0.8 ${one} 64000`);
    const wrong = venue.execute(corrected, { quantity: '0.5', price: '64001', fee: '1' });
    venue.correct(corrected, wrong, { price: '63999', fee: '1.2' });
    venue.repeatCorrected(corrected, wrong);
    const last = venue.execute(corrected, { quantity: '0.3', price: '64000', fee: '0.9', isMaker: true });
    venue.correct(corrected, last, { price: '64000', fee: '0.7' });
    venue.repeat(corrected);

    const missed = await place(`sell 0.5 ${other} 3000`);
    venue.cut();
    venue.execute(missed, { quantity: '0.2', price: '3001', fee: '0.4' });
    venue.execute(missed, { quantity: '0.3', price: '3000', fee: '0.6', isMaker: true });

    // a filled order cannot be canceled
    await bot.do('poll');
    await bot.do(`cancel ${venue.orders.length + venue.lost.length}`);
    expect(bot.printed).toContain('10148');
    expect(bot.printed).toContain('10147');
    expect(bot.printed).not.toMatch(/decoding|underrun/iu);
  });
});
