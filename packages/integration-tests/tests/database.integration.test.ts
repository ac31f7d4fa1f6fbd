import { join } from 'node:path';
import { mustRun } from '@trademeter/workspace-tools';
import { beforeAll, describe, expect, test } from 'vitest';
import { startPostgresql } from '../servers/postgresql.ts';
import { checkMetrics } from '../servers/prometheus.ts';

describe('a bot with a PostgreSQL', () => {
  let scraped: string;
  let samples: ReadonlyMap<string, number>;
  let address: string;

  beforeAll(async () => {
    await using postgresql = await startPostgresql();
    const { hostname, port } = new URL(postgresql.url);
    address = `server_address="${hostname}",server_port="${port}"`;
    const bot = join(import.meta.dirname, 'database-bot.ts');
    scraped = await mustRun(process.execPath, ['--conditions=@trademeter/source', bot], {
      env: { POSTGRESQL_URL: postgresql.url, NODE_OPTIONS: '' },
      timeoutSeconds: 60,
    });
    const lines = scraped.matchAll(/^(?<series>[a-z]\w*\{.*\}) (?<value>\S+)$/gmu);
    samples = new Map(
      [...lines].map(({ groups }) => [
        `${groups?.['series']}`.replaceAll(/otel_scope_\w+="[^"]*",?/gu, '').replace(',}', '}'),
        Number(groups?.['value']),
      ]),
    );
  });

  test.each([
    ['CREATE', 1],
    ['INSERT', 1],
    // three lookups and a dependency check
    ['SELECT', 4],
  ])("has the duration of every %s, from OpenTelemetry's instrumentation of pg", (operation, count) => {
    const labels = `db_namespace="postgres",db_operation_name="${operation}",db_system_name="postgresql",${address}`;
    expect(samples.get(`db_client_operation_duration_seconds_count{${labels}}`)).toBe(count);
    expect(samples.get(`db_client_operation_duration_seconds_sum{${labels}}`)).toBeGreaterThan(0);
  });

  test('has a failed query under its SQLSTATE', () => {
    const labels = `db_namespace="postgres",db_operation_name="SELECT",db_system_name="postgresql",error_type="42703",${address}`;
    expect(samples.get(`db_client_operation_duration_seconds_count{${labels}}`)).toBe(1);
  });

  test('has the state of its connection pool', () => {
    const pool = `db_client_connection_pool_name="${address.match(/[\d.]+/gu)?.join(':')}/postgres"`;
    expect(samples.get(`db_client_connection_max{${pool}}`)).toBe(2);
    const open = (state: string) =>
      samples.get(`db_client_connection_count{${pool},db_client_connection_state="${state}"}`) ?? Number.NaN;
    // upstream counts a returned connection as used until the next event of the pool
    expect(open('idle') + open('used')).toBe(1);
    expect(samples.get(`db_client_connection_pending_requests{${pool}}`)).toBe(0);
  });

  test('has the lookups of a cache layer that is a table', () => {
    const labels = 'trading_cache_layer="l2_postgres",trading_cache_name="features"';
    expect(samples.get(`trading_cache_lookups_total{${labels},trading_cache_result="hit"}`)).toBe(2);
    expect(samples.get(`trading_cache_lookups_total{${labels},trading_cache_result="miss"}`)).toBe(1);
    expect(samples.get(`trading_cache_lookup_duration_seconds_count{${labels}}`)).toBe(3);
  });

  test('has the status of an available and of an unavailable database', () => {
    const status = (name: string, state: string) =>
      samples.get(`trading_dependency_status{trading_dependency_name="${name}",trading_dependency_state="${state}"}`);
    expect([status('postgresql', 'up'), status('postgresql', 'down')]).toEqual([1, 0]);
    expect([status('timescaledb', 'up'), status('timescaledb', 'down')]).toEqual([0, 1]);
    const refused = 'error_type="ECONNREFUSED",trading_dependency_name="timescaledb"';
    expect(samples.get(`trading_dependency_check_duration_seconds_count{${refused}}`)).toBe(1);
  });

  test("has no problem for promtool, except one name of OpenTelemetry's", async () => {
    expect(await checkMetrics(scraped)).toMatchObject({
      stdout: '',
      stderr: 'db_client_connection_count non-histogram and non-summary metrics should not have "_count" suffix\n',
    });
  });
});
