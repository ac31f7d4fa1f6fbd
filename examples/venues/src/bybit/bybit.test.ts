import { test } from 'vitest';
import { expectMeasuredDay } from '../venue/trading-day.ts';
import { BybitServer } from './server.ts';

test("a bot on Bybit's own client measures what the venue did", async () => {
  await using venue = await new BybitServer({ refuse: '170131', limit: '10006', ban: '403' }).listen();
  await expectMeasuredDay(venue, '../bybit/bot.ts');
});
