import { test } from 'vitest';
import { expectMeasuredDay } from '../venue/trading-day.ts';
import { FixServer } from './server.ts';

test('a bot on FIX measures what the broker did', async () => {
  await using venue = await new FixServer().listen();
  await expectMeasuredDay(venue, '../fix/bot.ts');
});
