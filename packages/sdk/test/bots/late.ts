// Records after its telemetry has ended, as with `await using` at the top of a module.
import { createMeter } from '@trademeter/instrumentation';
import { startTelemetry } from '@trademeter/sdk';
import { tradingOrderPlaced } from '@trademeter/semantic-conventions';

const placed = createMeter({ name: 'late-bot' }).counter(tradingOrderPlaced);
const order = {
  'trading.venue': 'test',
  'trading.symbol': 'BTC/USDT',
  'trading.order.side': 'buy',
  'trading.order.type': 'market',
} as const;

const telemetry = await startTelemetry({ exporters: [{ type: 'prometheus', port: 0 }] });
placed.add(1, order);
await telemetry.shutdown();
// Longer than the search for a provider, which is not a recording.
await new Promise((resolve) => setTimeout(resolve, Number(process.env['BOT_WAIT_MILLIS'])));
if (process.env['BOT_RECORDS'] !== 'no') for (let count = 0; count < 3; count += 1) placed.add(1, order);
