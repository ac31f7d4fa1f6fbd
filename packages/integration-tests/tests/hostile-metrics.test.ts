import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sampleLines } from '@trademeter/test-support';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hostileExporters } from '../../exporter-prometheus/test/hostile-metrics.ts';
import { activeTargets, checkMetrics, prometheusGenerations, startPrometheus } from '../servers/prometheus.ts';

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
    const lines = new Map<string, number>();
    for (const { job, url } of targets) lines.set(job, linesIn(await (await fetch(url)).text()));
    // again if a busy machine exceeded the time limit of a scrape
    const compare = async (): Promise<void> => {
      const faults = (await activeTargets(prometheus)).filter(({ lastError }) => lastError !== '');
      expect(
        faults.map(({ scrapePool, lastError }) => `${scrapePool}: ${lastError}`),
        `seed ${seed}`,
      ).toEqual([]);
      const scraped = await prometheus.query('scrape_samples_scraped');
      expect(new Map(scraped.map(({ labels, value }) => [labels['job'], value])), `seed ${seed}`).toEqual(lines);
    };
    await vi.waitFor(compare, { timeout: 60_000, interval: 500 });
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
