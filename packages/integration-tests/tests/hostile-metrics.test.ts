import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sampleLines } from '@trademeter/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileExporters } from '../../exporter-prometheus/test/hostile-metrics.ts';
import { checkMetrics, prometheusGenerations, startPrometheus } from '../servers/prometheus.ts';

// Set the variable for other inputs, or to repeat a failure.
const seed = Number(process.env['TRADEMETER_FUZZ_SEED'] ?? 20_261_121);
const cases = 30;

const formats = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
  'text-utf-8': 'text/plain;version=1.0.0;escaping=allow-utf-8',
  'openmetrics-utf-8': 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8',
} as const;

let base: string;
const server = createServer();

beforeAll(async () => {
  const exporters = hostileExporters(cases, seed);
  // /<format>/<number>, whatever Prometheus asks for
  server.on('request', (request, response) => {
    const [, format = '', index = ''] = request.url?.split('/') ?? [];
    request.headers.accept = formats[format as keyof typeof formats];
    exporters[Number(index)]?.getMetricsRequestHandler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** Errors that Prometheus reports about its targets. */
async function faultsOf(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/targets?state=active`);
  const { data } = (await response.json()) as {
    readonly data: { readonly activeTargets: readonly { readonly scrapePool: string; readonly lastError: string }[] };
  };
  return data.activeTargets
    .filter(({ lastError }) => lastError !== '')
    .map(({ scrapePool, lastError }) => `${scrapePool}: ${lastError}`);
}

function linesIn(text: string): number {
  return sampleLines(text).length;
}

describe.each(prometheusGenerations)('Prometheus %i', (generation) => {
  test('reads any metrics in every format, sample by sample', async () => {
    // Prometheus 2 does not support UTF-8 names
    const asked = Object.keys(formats).filter((format) => generation === 3 || !format.endsWith('utf-8'));
    const targets = asked.flatMap((format) =>
      Array.from({ length: cases }, (_, index) => ({ job: `${format} ${index}`, url: `${base}/${format}/${index}` })),
    );
    await using prometheus = await startPrometheus({ generation, scrape: targets });
    await prometheus.until('count(up) or vector(0)', ([up]) => up?.value === targets.length);
    expect(await faultsOf(prometheus.url), `seed ${seed}`).toEqual([]);
    const scraped = new Map(
      (await prometheus.query('scrape_samples_scraped')).map(({ labels, value }) => [labels['job'], value]),
    );
    for (const { job, url } of targets) {
      const lines = linesIn(await (await fetch(url)).text());
      expect(scraped.get(job), `${job}, seed ${seed}`).toBe(lines);
    }
    const own = await (await fetch(`${prometheus.url}/metrics`)).text();
    expect(own).toContain('prometheus_target_scrapes_sample_duplicate_timestamp_total 0\n');
  });

  test('has a promtool that reads them too', async () => {
    for (let index = 0; index < cases; index += 1) {
      const text = await (await fetch(`${base}/text/${index}`)).text();
      const { exitCode, stdout, stderr } = await checkMetrics(text, generation);
      // 3 means style remarks, which hostile metrics deserve.
      expect([0, 3], `case ${index}, seed ${seed}: ${stdout}${stderr}`).toContain(exitCode);
    }
  });
});
