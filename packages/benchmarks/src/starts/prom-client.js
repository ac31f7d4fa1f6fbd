import { createServer } from 'node:http';
import { Registry } from 'prom-client';

const registry = new Registry();
const server = createServer((_request, response) => {
  void registry.metrics().then((text) => response.end(text));
});
server.listen(0, '127.0.0.1', () => process.send?.('listening'));
