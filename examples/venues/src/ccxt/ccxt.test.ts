import { test } from 'vitest';
import { BinanceServer } from '../binance/server.ts';
import { expectMeasuredDay } from '../venue/trading-day.ts';

test('a bot on ccxt measures what the venue did', async () => {
  await using venue = await new BinanceServer({
    refuse: 'InsufficientFunds',
    limit: 'DDoSProtection',
    ban: 'DDoSProtection',
  }).listen();
  await expectMeasuredDay(venue, '../ccxt/bot.ts');
});
