import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, startCollector } from '../src/servers/collector.ts';
import { freePort } from '../src/servers/port.ts';
import { type Prometheus, startPrometheus } from '../src/servers/prometheus.ts';
import type { Server } from '../src/servers/server.ts';
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
  ])('as %s are told apart, and none is lost at its end', async (name, environments) => {
    const started = await Promise.all(environments.map((env) => start(name, env)));
    expect(await Promise.all(started.map((bot) => bot.ended))).toEqual(environments.map(() => 0));
    const byInstance = `sum by (instance) (trading_order_placed_total{job="${name}"})`;
    const samples = await prometheus.until(byInstance, (all) => all.length === 3);
    expect(samples.map(({ value }) => value).toSorted((a, b) => a - b)).toEqual([7, 14, 21]);
  });
});

test('workers of a cluster do not share a port, so that scrapes never go from one to the other', async () => {
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
  expect(bot.log().match(/port \d+ on 127\.0\.0\.1 is taken/gu)).toHaveLength(2);
});
