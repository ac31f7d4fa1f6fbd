import { readExposition } from '@trademeter/test-support';
import { freePort } from '@trademeter/test-support/free-port';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../servers/collector.ts';
import { type Prometheus, prometheusGenerations, startPrometheus } from '../servers/prometheus.ts';
import type { PromqlApi, Sample } from '../servers/promql.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from '../servers/victoria-metrics.ts';
import { startBotProcess } from './bot-process.ts';
import { startPaperBot } from './paper-bot.ts';
import { differences, type ParityOptions, withoutEnded } from './parity-series.ts';

/** A bot that is scraped and pushes at the same time, and then records nothing more. */
interface Bot {
  /** Its service.instance.id, and the job that scrapes it. */
  readonly id: string;
  readonly program: 'demo' | 'hostile';
  readonly protocol: 'http/protobuf' | 'http/json' | 'grpc';
  readonly to: 'collector' | 'victoria-metrics';
}

const bots: readonly Bot[] = [
  { id: 'demo-protobuf', program: 'demo', protocol: 'http/protobuf', to: 'collector' },
  { id: 'demo-grpc', program: 'demo', protocol: 'grpc', to: 'collector' },
  { id: 'hostile-json', program: 'hostile', protocol: 'http/json', to: 'collector' },
  { id: 'demo-victoria', program: 'demo', protocol: 'http/protobuf', to: 'victoria-metrics' },
  { id: 'hostile-victoria', program: 'hostile', protocol: 'http/protobuf', to: 'victoria-metrics' },
];
const viaCollector = bots.filter(({ to }) => to === 'collector');
const viaVictoria = bots.filter(({ to }) => to === 'victoria-metrics');

const running: AsyncDisposable[] = [];
const metricsUrls = new Map<string, string>();
const prometheuses = new Map<number, Prometheus>();
let written: Prometheus;
let collector: Collector;
let victoria: VictoriaMetrics;

beforeAll(async () => {
  for (const { id } of bots) metricsUrls.set(id, `http://127.0.0.1:${await freePort()}/metrics`);
  const run = async <S extends AsyncDisposable>(starting: Promise<S>): Promise<S> => {
    const started = await starting;
    running.push(started);
    return started;
  };
  written = await run(startPrometheus({ flags: ['--web.enable-remote-write-receiver'] }));
  victoria = await run(startVictoriaMetrics());
  collector = await run(
    startCollector({
      pipeline: (endpoint) => ({
        exporters: {
          prometheus: { endpoint },
          prometheusremotewrite: { endpoint: `${written.url}/api/v1/write` },
        },
      }),
    }),
  );
  for (const generation of prometheusGenerations) {
    // One requests OpenMetrics, the other plain text.
    const protocols = generation === 2 ? undefined : ['PrometheusText0.0.4'];
    const scrape = [
      ...bots.map(({ id }) => ({ job: id, url: metricsUrlOf(id), protocols })),
      // job and instance are in the text already
      { job: 'collector', url: collector.prometheusUrl, honorLabels: true },
    ];
    prometheuses.set(generation, await run(startPrometheus({ generation, scrape })));
  }
  await Promise.all(bots.map((bot) => run(startBot(bot))));
});

afterAll(async () => {
  await Promise.all(running.map((each) => each[Symbol.asyncDispose]()));
});

function metricsUrlOf(id: string): string {
  return metricsUrls.get(id) ?? '';
}

/** Starts a bot, and waits until it has recorded everything. */
async function startBot({ id, program, protocol, to }: Bot): Promise<AsyncDisposable> {
  const port = Number(new URL(metricsUrlOf(id)).port);
  const url = protocol === 'grpc' ? collector.otlpGrpcUrl : collector.otlpHttpUrl;
  const env = {
    OTEL_METRICS_EXPORTER: 'prometheus,otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${id}`,
    ...(to === 'collector'
      ? { OTEL_EXPORTER_OTLP_ENDPOINT: url }
      : { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: victoria.otlpUrl }),
  };
  if (program === 'hostile') {
    return startBotProcess({
      name: id,
      program: new URL('./parity-hostile-bot.ts', import.meta.url),
      env: { ...env, OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', OTEL_EXPORTER_PROMETHEUS_PORT: `${port}` },
      readyUrl: metricsUrlOf(id),
    });
  }
  const bot = await startPaperBot({ port, env, args: ['--bars', '1000', '--speed', '0', '--stay'] });
  await bot.books();
  return bot;
}

describe.each(viaCollector)('$id, through the Collector', ({ id }) => {
  describe.each(prometheusGenerations)('and Prometheus %i', (generation) => {
    const api = (): PromqlApi => prometheuses.get(generation) as Prometheus;

    test('has the same series as a scrape, label by label and value by value', async () => {
      const compare = async (): Promise<string[]> => {
        const [scraped, pushed] = [await api().query(`{job="${id}"}`), await api().query(`{instance="${id}"}`)];
        expect(namesOf(scraped).length).toBeGreaterThan(50);
        return differences(scraped, pushed, { origin: /^(?:job|instance)$/u });
      };
      await expect.poll(compare, { timeout: 60_000, interval: 500 }).toEqual([]);
    });
  });
});

describe('the Collector', () => {
  test('has the same types and texts as a scrape', async () => {
    const compare = async (): Promise<void> => {
      // Again each time: the first scrapes may be from before the event loop was sampled.
      const texts = await Promise.all(viaCollector.map(({ id }) => textOf(metricsUrlOf(id))));
      const scraped = new Map(texts.flatMap((text) => [...readExposition(text).families]));
      expect(scraped.get('trading_order_open')?.type).toBe('gauge');
      expect(scraped.get('hostile_value_total')?.help).toBe('A value "as it is",\nnot \\as it\\n looks.');
      const pushed = readExposition(await textOf(collector.prometheusUrl)).families;
      expect(withoutEnded(pushed, scraped)).toEqual(scraped);
    };
    await vi.waitFor(compare, { timeout: 60_000, interval: 500 });
  });

  test.each(prometheusGenerations)('gives Prometheus %i the same types and texts as a bot', async (generation) => {
    const api = prometheuses.get(generation) as Prometheus;
    const compare = async (): Promise<void> => {
      const scraped = await Promise.all(viaCollector.map(({ id }) => metadataOf(api, id)));
      expect(scraped.every(({ size }) => size > 20)).toBe(true);
      const all = new Map(scraped.flatMap((each) => [...each]));
      expect(withoutEnded(await metadataOf(api, 'collector'), all)).toEqual(all);
    };
    await vi.waitFor(compare, { timeout: 60_000, interval: 500 });
  });

  test.each(viaCollector)('writes the same series to a Prometheus as a scrape of $id', async ({ id }) => {
    const scraper = prometheuses.get(2) as Prometheus;
    const options: ParityOptions = {
      origin: /^(?:job|instance|otel_scope_schema_url)$/u,
      respellsBoundaries: true,
    };
    await expect
      .poll(
        async () =>
          differences(await scraper.query(`{job="${id}"}`), await written.query(`{instance="${id}"}`), options),
        { timeout: 60_000, interval: 500 },
      )
      .toEqual([]);
  });

  test('has series at 0 for what was never counted', async () => {
    for (const api of [...prometheuses.values(), written]) {
      const activations = await api.until(
        'trading_kill_switch_activations_total{instance=~"demo-.*"}',
        (samples) => samples.length === 2,
      );
      expect(activations.map(({ value }) => value)).toEqual([0, 0]);
    }
  });

  test('writes the end of a position as 0, and then nothing', async () => {
    for (const position of ['trading_position_value', 'trading_position_unrealized_pnl']) {
      // the bot pushes every second, and each sample has the time of its push
      const pushesSince = `timestamp(trading_portfolio_value) - on (instance) timestamp(${position})`;
      await written.until(pushesSince, (since) => since.length === 2 && since.every(({ value }) => value > 2.5));
      expect((await written.query(position)).map(({ value }) => value)).toEqual([0, 0]);
      for (const api of prometheuses.values()) {
        await api.until(`${position}{job=~"demo-.*"}`, (scraped) => scraped.length === 0);
      }
    }
  });

  test("sets no timestamps when scraped, and the bot's when it writes", async () => {
    const countNow = 'count(abs(time() - timestamp(trading_portfolio_value)) < 5)';
    const countOf = async (api: PromqlApi): Promise<number | undefined> => (await api.query(countNow))[0]?.value;
    // three demos are scraped, and two of them also arrive through the Collector
    for (const api of prometheuses.values()) {
      await expect.poll(() => countOf(api), { timeout: 60_000, interval: 500 }).toBe(5);
    }
    await expect.poll(() => countOf(written), { timeout: 60_000, interval: 500 }).toBe(2);
  });
});

describe('VictoriaMetrics, given OTLP', () => {
  test.each(viaVictoria)('has the same series as a scrape of $id', async ({ id }) => {
    const scraper = prometheuses.get(2) as Prometheus;
    const options: ParityOptions = {
      // Every resource attribute is a label of every series.
      origin:
        /^(?:job|instance|otel_scope_(?:version|schema_url)|(?:service|host|telemetry|deployment)_.*|process_(?:pid|runtime_.*)|trading_mode|a_b|key_9lives|list)$/u,
      respellsBoundaries: true,
      roundsIntegers: true,
      leaveOut: ({ labels }) => {
        const { __name__: metric = '', name = '' } = labels;
        // It has no target_info, spells numeric attributes differently, and treats an updowncounter as a gauge.
        if (metric === 'target_info' || name === 'small') return true;
        return /^hostile_(?:unit1_up_down_counter|observable_status)/u.test(metric);
      },
    };
    const compare = async (): Promise<string[]> => {
      await victoria.flush();
      const pushed = await victoria.query(`{service_instance_id="${id}"}`);
      return differences(await scraper.query(`{job="${id}"}`), pushed.map(withOtelScope), options);
    };
    await expect.poll(compare, { timeout: 60_000, interval: 500 }).toEqual([]);
  });
});

/** Adds the prefix that its scope labels lack. */
function withOtelScope({ labels, ...rest }: Sample): Sample {
  const named = Object.entries(labels).map(([label, value]) => [label.replace(/^scope_/u, 'otel_scope_'), value]);
  return { ...rest, labels: Object.fromEntries(named) as Record<string, string> };
}

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

function namesOf(samples: readonly Sample[]): string[] {
  return [...new Set(samples.map(({ labels }) => labels['__name__'] ?? ''))];
}

/** Type and text of every metric of a job. In OpenMetrics, which the bot serves, counters' names have no suffix. */
async function metadataOf(api: PromqlApi, job: string): Promise<Map<string, string>> {
  const target = new URLSearchParams({ match_target: `{job="${job}"}` });
  const response = await fetch(`${api.url}/api/v1/targets/metadata?${target.toString()}`);
  const { data } = (await response.json()) as {
    readonly data: readonly { readonly metric: string; readonly type: string; readonly help: string }[];
  };
  return new Map(
    data.map(({ metric, type, help }) => {
      if (type === 'info') return [`${metric}_info`, `gauge: ${help}`];
      return [type === 'counter' ? metric.replace(/_total$/u, '') : metric, `${type}: ${help}`];
    }),
  );
}
