// Metrics on the bot's own Express server: one port, behind the server's middleware.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import express from 'express';

const telemetry = await startTelemetry({
  serviceName: 'bot-with-express',
  exporters: [{ type: 'prometheus', preventServerStart: true }],
});
const orders = instrumentOrders({ venue: 'alpaca', currency: 'USD' });

const app = express();
app.get('/metrics', telemetry.handler);
app.post('/orders', (_request, response) => {
  orders.place({ symbol: 'AAPL', side: 'buy', type: 'market', quantity: 1 }).fill({ quantity: 1, price: 187.2 });
  response.sendStatus(202);
});

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
console.log(`http://127.0.0.1:${port}/metrics`);
await once(process, 'SIGTERM');
server.close();
