import { MeterProvider } from '@trademeter/metric-store';
import { expect, test } from 'vitest';
import type { Outcome } from './delivery.ts';
import { type ExportEnd, PushReader } from './index.ts';

test('an observer sees each export once, with its data points and how its last attempt ended', async () => {
  const outcomes: Outcome[] = [{}, { rejectedDataPoints: 1 }, { error: new Error('no') }];
  const seen: [number, ExportEnd][] = [];
  const reader = new PushReader({
    sender: { prepare: async () => async () => outcomes.shift() ?? {}, shutdown: async () => {} },
    destination: 'nowhere',
    observer: { begin: (dataPoints) => (end) => void seen.push([dataPoints, end]) },
    warn: () => {},
  });
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter('test').createCounter('jobs');
  counter.add(1, { id: 1 });
  counter.add(1, { id: 2 });
  for (let round = 0; round < 3; round += 1) await provider.forceFlush();
  expect(seen).toEqual([
    [2, {}],
    [2, { rejectedDataPoints: 1 }],
    [2, { error: new Error('no') }],
  ]);
  await provider.shutdown();
  expect(seen).toHaveLength(4);
});

test('an observer sees that an export was canceled', async () => {
  const seen: ExportEnd[] = [];
  const reader = new PushReader({
    sender: { prepare: async () => () => new Promise(() => {}), shutdown: async () => {} },
    destination: 'nowhere',
    observer: { begin: () => (end) => void seen.push(end) },
    warn: () => {},
  });
  const provider = new MeterProvider({ readers: [reader] });
  provider.getMeter('test').createCounter('jobs').add(1);
  const flushed = provider.forceFlush();
  await new Promise((resolve) => setImmediate(resolve));
  reader.close();
  await flushed;
  expect(seen).toEqual([{ error: expect.objectContaining({ name: 'AbortError' }) }]);
});
