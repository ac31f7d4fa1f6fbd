import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trademeter/test-support/free-port';
import { makeDataFolder, type Server, startServer, workspaceFolder } from '@trademeter/workspace-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, findCollector, startCollector } from '../servers/collector.ts';
import { type Prometheus, startPrometheus } from '../servers/prometheus.ts';
import { startBotProcess } from './bot-process.ts';

const program = new URL('./fleet-bot.ts', import.meta.url);

describe('bots that push to one Collector', () => {
  let collector: Collector;
  let prometheus: Prometheus;

  beforeAll(async () => {
    collector = await startCollector();
    const scrape = [{ job: 'collector', url: collector.prometheusUrl, honorLabels: true }];
    prometheus = await startPrometheus({ scrape });
  });

  afterAll(async () => {
    await prometheus?.stop();
    await collector?.stop();
  });

  function start(name: string, env: Readonly<Record<string, string>> = {}): Promise<Server> {
    return startBotProcess({
      name,
      program,
      env: {
        OTEL_SERVICE_NAME: name,
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpHttpUrl,
        FLEET_AS: name,
        FLEET_ORDERS: '7',
        ...env,
      },
    });
  }

  test.each([
    ['processes', [{ FLEET_FACTOR: '1' }, { FLEET_FACTOR: '2' }, { FLEET_FACTOR: '3' }]],
    ['cluster', [{}]],
    ['threads', [{}]],
  ])('as %s have separate series, of which none is lost at the end', async (name, environments) => {
    const started = await Promise.all(environments.map((env) => start(name, env)));
    expect(await Promise.all(started.map((bot) => bot.ended))).toEqual(environments.map(() => 0));
    const byInstance = `sum by (instance) (trading_order_placed_total{job="${name}"})`;
    // the last scrape may be from before the end
    const placed = async () => (await prometheus.query(byInstance)).map(({ value }) => value).toSorted((a, b) => a - b);
    await expect.poll(placed, { timeout: 60_000 }).toEqual([7, 14, 21]);
  });
});

describe('twenty bots, an agent that keeps what they push, and a gateway', () => {
  const factors = Array.from({ length: 20 }, (_, index) => index + 1);
  const sum = factors.reduce((before, factor) => before + factor, 0);
  const ordersOfFirst = 6;

  test('lose nothing while the gateway is unavailable and the agent is killed', async () => {
    const [agentHttp, gatewayGrpc] = [await freePort(), await freePort()];
    await using store = await startPrometheus({ flags: ['--web.enable-remote-write-receiver'] });
    const agentEnvironment = {
      AGENT_HTTP: `127.0.0.1:${agentHttp}`,
      AGENT_GRPC: `127.0.0.1:${await freePort()}`,
      AGENT_HEALTH: `127.0.0.1:${await freePort()}`,
      AGENT_OWN_METRICS_PORT: `${await freePort()}`,
      AGENT_QUEUE: await makeDataFolder('queue'),
      GATEWAY: `127.0.0.1:${gatewayGrpc}`,
      GATEWAY_INSECURE: 'true',
    };
    await using killed = await startExample('agent', agentEnvironment);
    const bots = await Promise.all(
      factors.map((factor) =>
        startBotProcess({
          name: `bot-${factor}`,
          program,
          env: {
            OTEL_SERVICE_NAME: 'fleet',
            OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=bot-${factor}`,
            OTEL_METRICS_EXPORTER: 'otlp',
            OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${agentHttp}`,
            OTEL_METRIC_EXPORT_INTERVAL: '500',
            FLEET_FACTOR: `${factor}`,
            FLEET_ORDERS: `${ordersOfFirst}`,
          },
        }),
      ),
    );
    expect(await Promise.all(bots.map((bot) => bot.ended))).toEqual(factors.map(() => 0));

    killed.signal('SIGKILL');
    await killed.ended;
    await using agent = await startExample('agent', agentEnvironment);
    await using gateway = await startExample('gateway', {
      GATEWAY_GRPC: `127.0.0.1:${gatewayGrpc}`,
      GATEWAY_HEALTH: `127.0.0.1:${await freePort()}`,
      GATEWAY_OWN_METRICS_PORT: `${await freePort()}`,
      REMOTE_WRITE_URL: `${store.url}/api/v1/write`,
    });
    const placed = 'sum by (instance) (trading_order_placed_total{job="fleet"})';
    const orders = sum * ordersOfFirst;
    const totals = {
      [`sum(${placed})`]: orders,
      'sum(trading_order_closed_total{trading_order_outcome="filled"})': orders,
      'sum(trading_order_fill_duration_seconds_count)': orders,
      'sum(trading_order_notional_total)': orders * 2 * 100.5,
      'sum(trading_order_open)': 0,
      [`count(${placed})`]: factors.length,
    };
    for (const [expression, total] of Object.entries(totals)) {
      await store.until(expression, ([sample]) => sample?.value === total);
    }
    expect([agent.hasEnded(), gateway.hasEnded()]).toEqual([false, false]);
    for (const { labels, value } of await store.query(placed)) {
      expect(value).toBe(ordersOfFirst * Number(labels['instance']?.replace('bot-', '')));
    }
  });
});

/** Starts a Collector with a file of examples/monitoring. */
async function startExample(name: 'agent' | 'gateway', env: Readonly<Record<string, string>>): Promise<Server> {
  const health = env[`${name.toUpperCase()}_HEALTH`] ?? '';
  return startServer({
    name,
    command: await findCollector(),
    args: [`--config=${join(workspaceFolder, `examples/monitoring/collector/${name}.yaml`)}`],
    env: { ...process.env, ...env },
    readyUrl: `http://${health}/`,
  });
}

test('workers of a cluster do not share a port, so that all scrapes go to one of them', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/metrics`;
  await using bot = await startBotProcess({
    name: 'cluster',
    program,
    env: {
      FLEET_AS: 'cluster',
      FLEET_STAY: 'true',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: `${port}`,
    },
    readyUrl: url,
  });
  while (bot.log().split('placed').length <= 3) await sleep(100);
  const instances = new Set<string>();
  for (let scrape = 0; scrape < 12; scrape += 1) {
    const text = await (await fetch(url, { headers: { connection: 'close' } })).text();
    instances.add(/service_instance_id="([^"]*)"/u.exec(text)?.[1] ?? '');
  }
  expect(instances.size).toBe(1);
  expect(bot.log().match(/port \d+ on 127\.0\.0\.1 is in use/gu)).toHaveLength(2);
});
