import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';

const telemetry = await startTelemetry({ serviceName: 'bot' });
const orders = instrumentOrders({ venue: 'binance' });
setInterval(() => {}, 60_000); // waits for prices

orders.place({ symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: 0.5 }).acknowledge();
console.log(telemetry.endpoints[0]?.url);
