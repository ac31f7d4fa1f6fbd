import { freePort } from '@trademeter/test-support/free-port';
import { labelOf, panels, renderPromql } from '@trademeter/view/panels';
import { expect, test } from 'vitest';
import { evaluate } from '../../view/src/data/evaluate.js';
import { History } from '../../view/src/data/history.js';
import { startPrometheus, waitForScrape } from '../servers/prometheus.ts';
import { startPaperBot } from './paper-bot.ts';

interface RawSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

test('the page evaluates every query of every panel as Prometheus does, on the same samples', async () => {
  const port = await freePort();
  await using prometheus = await startPrometheus({
    generation: 3,
    scrape: [{ job: 'bot', url: `http://127.0.0.1:${port}/metrics` }],
  });
  await using _bot = await startPaperBot({ port, args: ['--speed', '100'] });
  await waitForScrape(prometheus, 'bot');
  await prometheus.until('count_over_time(up{job="bot"}[5m]) > 25');
  await prometheus.until('sum(trading_trade_closed_total) > 3');

  // a moment that no later scrape changes
  const time = Date.now() / 1000 - 2.5;
  const parameters = new URLSearchParams({ query: '{__name__=~".+",job="bot"}[10m]', time: String(time) });
  const answer = (await (await fetch(`${prometheus.url}/api/v1/query?${parameters.toString()}`)).json()) as {
    data: { result: RawSeries[] };
  };
  const history = historyOf(answer.data.result);
  let compared = 0;
  const differences: string[] = [];
  for (const { id, series } of panels) {
    for (const { query } of series) {
      if (query.kind === 'scopes' || query.kind === 'overflows') continue;
      const promql = renderPromql(query, { rateInterval: '20s', range: '1m' });
      const theirs = new Map<string, number>();
      for (const { labels, value } of await prometheus.query(promql, time)) {
        const { job: _job, instance: _instance, ...rest } = labels;
        if (!Number.isNaN(value)) theirs.set(keyOf(rest), value);
      }
      const ours = new Map<string, number>();
      const moment = { atMillis: time * 1000, stepMillis: 20_000, rangeMillis: 60_000 };
      for (const { attributes, value } of evaluate(query, history, moment).values()) {
        const { job: _job, instance: _instance, ...rest } = attributes;
        const labels = Object.entries(rest).map(([key, each]) => [key === 'le' ? 'le' : labelOf(key), each] as const);
        ours.set(keyOf(Object.fromEntries(labels)), value);
      }
      for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
        const [a, b] = [theirs.get(key) ?? Number.NaN, ours.get(key) ?? Number.NaN];
        compared += 1;
        if (!(a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)))) {
          differences.push(`${id} ${key}: Prometheus ${a}, the page ${b}, for ${promql}`);
        }
      }
    }
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(200);
});

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The history of a page that scraped at the same moments. */
function historyOf(result: readonly RawSeries[]): History {
  const times = new Set(result.flatMap(({ values }) => values.map(([at]) => at)));
  const history = new History({ maxSeries: 100_000 });
  for (const at of [...times].toSorted((a, b) => a - b)) {
    const samples = result.flatMap(({ metric: { __name__: name = '', ...labels }, values }) =>
      values
        .filter(([each]) => each === at)
        .map(([, value]) => ({
          name,
          labels,
          labelText: JSON.stringify(labels),
          value: Number(value.replace('Inf', 'Infinity')),
          timestamp: undefined,
          exemplar: undefined,
        })),
    );
    history.append(at * 1000, samples);
  }
  return history;
}
