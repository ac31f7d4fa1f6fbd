// Metrics on the bot's own Fastify server: one port, behind its hooks.
import { once } from 'node:events';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import { fastify } from 'fastify';

const telemetry = await startTelemetry({
  serviceName: 'bot-with-fastify',
  exporters: [{ type: 'prometheus', preventServerStart: true }],
});
const orders = instrumentOrders({ venue: 'alpaca', currency: 'USD' });

const app = fastify();
app.get('/metrics', (request, reply) => {
  // The exporter writes the response itself, because it streams and compresses.
  reply.hijack();
  telemetry.handler(request.raw, reply.raw);
});
app.post('/orders', async (_request, reply) => {
  orders.place({ symbol: 'AAPL', side: 'buy', type: 'market', quantity: 1 }).fill({ quantity: 1, price: 187.2 });
  return reply.code(202).send();
});

const address = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' });
console.log(`${address}/metrics`);
await once(process, 'SIGTERM');
await app.close();
