/**
 * A bot with PostgreSQL under OpenTelemetry's own instrumentation of pg, and with trademeter's cache and dependency
 * metrics for the same pool. It uses the database at POSTGRESQL_URL, prints its metrics, and ends.
 */
import { register } from 'node:module';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { instrumentRuntime } from '@trademeter/instrumentation-runtime';
import { startTelemetry } from '@trademeter/sdk';

// oxlint-disable-next-line typescript/no-deprecated -- the hook of OpenTelemetry is of this kind
register(import.meta.resolve('@opentelemetry/instrumentation/hook.mjs'));
await using telemetry = await startTelemetry({
  serviceName: 'database-bot',
  exporters: [{ type: 'prometheus', port: 0 }],
  instrumentations: [new PgInstrumentation()],
});
// loaded after the instrumentation that patches it
const { default: pg } = await import('pg');

const { hostname: host, port, username: user } = new URL(process.env['POSTGRESQL_URL'] ?? '');
// a pool created from a connection string has no name in its metrics
const pool = new pg.Pool({ host, port: Number(port), user, database: 'postgres', max: 2 });
await pool.query('CREATE TABLE features (key text PRIMARY KEY, value double precision NOT NULL)');
await pool.query("INSERT INTO features VALUES ('SPY', 1.5)");

const cache = instrumentCache({ name: 'features' });
const find = cache
  .layer('l2_postgres')
  .wrap((key: string) => pool.query<{ value: number }>('SELECT value FROM features WHERE key = $1', [key]), {
    isHit: ({ rows }) => rows.length > 0,
  });
for (const key of ['SPY', 'SPY', 'QQQ']) await find(key);
await pool.query('SELECT broken').catch(() => {});

const runtime = instrumentRuntime();
await runtime
  .dependency('postgresql')
  .check(() => pool.query('SELECT 1'))
  .run();
// nothing listens on the port of discard
const away = new pg.Pool({ host, port: 9, user, database: 'postgres' });
await runtime
  .dependency('timescaledb')
  .check(() => away.query('SELECT 1'))
  .run();

const [endpoint] = telemetry.endpoints;
if (endpoint === undefined) throw new Error('there is no endpoint');
console.log(await (await fetch(endpoint.url)).text());
runtime.stop();
await Promise.all([pool.end(), away.end()]);
