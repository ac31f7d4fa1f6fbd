// Ends by itself, as a backtest does.
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';

const telemetry = await startTelemetry({ serviceName: 'backtest' });
const orders = instrumentOrders({ venue: 'binance' });
orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 }).acknowledge();
await telemetry.shutdown();
