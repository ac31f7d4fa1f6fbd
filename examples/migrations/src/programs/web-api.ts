/**
 * A web API that serves its metrics itself. OpenTelemetry's HTTP instrumentation times requests by route (`/orders/:id`;
 * the old middleware used the path), and `runtimeInstrumentations()` adds body sizes. For Fastify, see examples/mount.
 *
 * `@opentelemetry/instrumentation-pg` does the same for a database: from its query durations and pooled connections, the
 * rules bring back `database_query_duration_seconds` and `database_connection_pool_usage`.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { runtimeInstrumentations } from '@trademeter/instrumentation-runtime';
import { startTelemetry } from '@trademeter/sdk';
import { printMetrics } from './print-metrics.ts';

// The Express instrumentation passes the route to HTTP through the context.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const telemetry = await startTelemetry({
  serviceName: 'api',
  exporters: [{ type: 'prometheus', preventServerStart: true }],
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation(), ...runtimeInstrumentations()],
});

// Instrumentations patch modules that load later. If `node --import` starts telemetry, a plain import works.
const express = createRequire(import.meta.url)('express') as typeof import('express');
const app = express();
app.get('/metrics', telemetry.handler);
app.get('/orders/:id', (request, response) => void response.json({ id: request.params.id }));

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
for (const path of ['/orders/7', '/orders/8', '/nothing']) await (await fetch(url + path)).text();

await printMetrics(`${url}/metrics`, /^http_server_request_duration_seconds_count.*$/gm);
server.closeAllConnections();
server.close();
