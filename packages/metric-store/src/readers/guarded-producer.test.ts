import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CollectionResult, MetricProducer } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { emptyResource, GuardedProducer, ProducerError } from '../index.ts';

function resultOf(name: string): CollectionResult {
  const scopeMetrics = [{ scope: { name }, metrics: [] }];
  return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
}

test.each<[string, MetricProducer['collect'], string]>([
  ['hangs', () => new Promise(() => {}), 'a metric producer did not answer within 1 ms'],
  ['rejects', () => Promise.reject(new Error('no jobs')), 'a metric producer failed: Error: no jobs'],
  [
    'throws',
    () => {
      throw new TypeError('no jobs');
    },
    'a metric producer failed: TypeError: no jobs',
  ],
])('a producer that %s gives an error, and is asked again', async (_, collect, message) => {
  const producer: MetricProducer = { collect };
  const guarded = new GuardedProducer(producer);
  const { resourceMetrics, errors } = await guarded.collect({ timeoutMillis: 1 });
  expect(resourceMetrics.scopeMetrics).toEqual([]);
  expect(errors).toEqual([new ProducerError(message)]);
  producer.collect = async () => resultOf('jobs');
  expect((await guarded.collect()).resourceMetrics.scopeMetrics).toMatchObject([{ scope: { name: 'jobs' } }]);
});

test('a producer that never answers does not accumulate collections', async () => {
  const answers: ((result: CollectionResult) => void)[] = [];
  const guarded = new GuardedProducer({ collect: () => new Promise((resolve) => answers.push(resolve)) });
  const collectAll = () => Promise.all(Array.from({ length: 20 }, () => guarded.collect({ timeoutMillis: 1 })));
  const results = await collectAll();
  expect(answers).toHaveLength(10);
  expect(results.at(-1)?.errors).toEqual([
    new ProducerError('a metric producer did not answer its last 10 collections; it is skipped until it answers one'),
  ]);
  answers[0]?.(resultOf('jobs'));
  await nextTurn();
  await collectAll();
  expect(answers).toHaveLength(11);
});

test.each([false, true])(
  'metrics that throw at every touch cost no others, kept for the reader: %s',
  async (isKept) => {
    const untouchable = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    const result = resultOf('jobs');
    const scopeMetrics = [untouchable, null, ...result.resourceMetrics.scopeMetrics];
    const producer = { collect: async () => ({ ...result, resourceMetrics: { scopeMetrics } }) } as never;
    const guarded = new GuardedProducer(producer, { keepsMalformed: isKept });
    const { resourceMetrics, errors } = await guarded.collect();
    expect(resourceMetrics.scopeMetrics).toHaveLength(isKept ? 3 : 1);
    expect(resourceMetrics.scopeMetrics.at(-1)?.scope.name).toBe('jobs');
    expect(errors).toEqual([]);
  },
);
