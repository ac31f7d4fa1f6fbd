import type { Exemplar } from '@trademeter/exposition';
import { readExposition } from '@trademeter/test-support';
import { expect, test } from 'vitest';
import { Producer, produced } from '../test/producer.ts';
import { Endpoint } from '../test/scrape.ts';

const openMetrics = { headers: { accept: 'application/openmetrics-text' } };
const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** The text after the value of each line of a metric. */
async function exemplarsOf(kind: 'counter' | 'gauge' | 'histogram', exemplars: readonly Exemplar[], name = 'metric') {
  const producer = new Producer();
  const histogram = { buckets: { boundaries: [1, 10], counts: [1, 1, 1] }, count: 3, sum: 15 };
  producer.show([produced(kind, name, [{ attributes: {}, value: kind === 'histogram' ? histogram : 3, exemplars }])]);
  const config = { metricProducers: [producer], withoutTargetInfo: true, withoutScopeInfo: true };
  await using endpoint = await Endpoint.start(config);
  expect(await endpoint.scrape()).not.toContain(' # ');
  const { samples } = readExposition((await endpoint.get(openMetrics)).body, { openMetrics: true });
  return Object.fromEntries(
    samples.map(({ name: line, labels, exemplar }) => [
      labels['le'] === undefined ? line : `le=${labels['le']}`,
      exemplar,
    ]),
  );
}

test('is on the bucket that contains it; of several, the latest', async () => {
  const exemplars = [
    { value: 0.5, timestamp: [1_700_000_002, 0] as [number, number], ...context },
    { value: 0.7, timestamp: [1_700_000_001, 0] as [number, number] },
    { value: 10, timestamp: [1_700_000_000, 500_000_000] as [number, number], filteredAttributes: { 'a.b': 'é "x"' } },
    { value: 11 },
  ];
  expect(await exemplarsOf('histogram', exemplars)).toEqual({
    'le=1': `{span_id="${context.spanId}",trace_id="${context.traceId}"} 0.5 1700000002.000`,
    'le=10': String.raw`{a_b="é \"x\""} 10 1700000000.500`,
    'le=+Inf': '{} 11',
    metric_sum: undefined,
    metric_count: undefined,
  });
});

test('is on a counter', async () => {
  expect(await exemplarsOf('counter', [{ value: 2, ...context }])).toEqual({
    metric_total: `{span_id="${context.spanId}",trace_id="${context.traceId}"} 2`,
  });
});

test('is omitted where OpenMetrics allows none', async () => {
  expect(await exemplarsOf('gauge', [{ value: 2, ...context }])).toEqual({ metric: undefined });
});

test('omits attributes that would make it too long, and keeps the trace', async () => {
  const exemplars = [{ value: 2, ...context, filteredAttributes: { long: 'x'.repeat(80) } }];
  expect(await exemplarsOf('counter', exemplars)).toEqual({
    metric_total: `{span_id="${context.spanId}",trace_id="${context.traceId}"} 2`,
  });
});

test('has the trace of the exemplar, not an attribute of that name', async () => {
  const exemplars = [{ value: 2, traceId: 'right', filteredAttributes: { trace_id: 'wrong', 'trace.id': 'wrong' } }];
  expect(await exemplarsOf('counter', exemplars)).toEqual({ metric_total: '{trace_id="right"} 2' });
});

test('ends when the next collection has none', async () => {
  const producer = new Producer();
  const show = (exemplars: readonly Exemplar[]) =>
    producer.show([produced('counter', 'metric', [{ attributes: known, value: 3, exemplars }])]);
  const known = {};
  await using endpoint = await Endpoint.start({ metricProducers: [producer], withoutTargetInfo: true });
  show([{ value: 2 }]);
  expect((await endpoint.get(openMetrics)).body).toContain('} 3 # {} 2\n');
  show([{ value: 1.5 }]);
  expect((await endpoint.get(openMetrics)).body).toContain('} 3 # {} 1.5\n');
  show([]);
  expect((await endpoint.get(openMetrics)).body).toContain('} 3\n');
});

test("ends while a gauge has the counter's OpenMetrics name, and comes back", async () => {
  const producer = new Producer();
  const counter = produced('counter', 'metric', [{ attributes: {}, value: 3, exemplars: [{ value: 2 }] }]);
  const gauge = produced('gauge', 'metric', [{ attributes: {}, value: 1 }]);
  await using endpoint = await Endpoint.start({ metricProducers: [producer], withoutTargetInfo: true });
  for (const [metrics, type, tail] of [
    [[counter], '# TYPE metric counter\n', '} 3 # {} 2\n'],
    [[counter, gauge], '# TYPE metric_total unknown\n', '} 3\n'],
    [[counter], '# TYPE metric counter\n', '} 3 # {} 2\n'],
  ] as const) {
    producer.show(metrics);
    const { body } = await endpoint.get(openMetrics);
    expect(body).toContain(type);
    expect(body).toContain(tail);
  }
});
