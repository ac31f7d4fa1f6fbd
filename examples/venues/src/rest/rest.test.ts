import { test } from 'vitest';
import { expectMeasuredDay } from '../venue/trading-day.ts';
import { RestServer } from './server.ts';

test('a bot that asks a REST interface how its orders stand measures what the venue did', async () => {
  await using venue = await new RestServer({ refuse: '422', limit: '429', ban: '418' }).listen();
  await expectMeasuredDay(venue, '../rest/bot.ts');
});
