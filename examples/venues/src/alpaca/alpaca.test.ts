import { test } from 'vitest';
import { expectMeasuredDay } from '../venue/trading-day.ts';
import { AlpacaServer } from './server.ts';

test("a bot on Alpaca's client measures what the venue did", async () => {
  await using venue = await new AlpacaServer({
    refuse: '40310000',
    limit: 'RateLimitError',
    ban: 'RateLimitError',
  }).listen();
  await expectMeasuredDay(venue, '../alpaca/bot.ts');
});
