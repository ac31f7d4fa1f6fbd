import { test } from 'vitest';
import { expectMeasuredDay } from '../venue/trading-day.ts';
import { BinanceServer } from './server.ts';

test("a bot on Binance's own client measures what the venue did", async () => {
  await using venue = await new BinanceServer({
    refuse: '-2010',
    limit: 'TooManyRequestsError',
    ban: 'RateLimitBanError',
  }).listen();
  await expectMeasuredDay(venue, '../binance/bot.ts');
});
