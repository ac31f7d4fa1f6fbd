// Starts no telemetry and ends by itself: for --import @trademeter/sdk/register.
import { createMeter } from '@trademeter/instrumentation';
import { tradingOrderPlaced } from '@trademeter/semantic-conventions';

const placed = createMeter({ name: 'finishing-bot' }).counter(tradingOrderPlaced);
placed.add(3, {
  'trading.venue': 'test',
  'trading.symbol': 'BTC/USDT',
  'trading.order.side': 'buy',
  'trading.order.type': 'market',
});
if (process.env['BOT_PRINTS'] !== 'no') console.log('done');
