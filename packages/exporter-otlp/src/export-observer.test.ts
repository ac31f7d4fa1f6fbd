import { MeterProvider } from '@trademeter/metric-store';
import { expect, test } from 'vitest';
import { type Attempt, type ExportEnd, type Outcome, PushReader, type Sender } from './index.ts';

function senderOf(attempt: Attempt): Sender {
  return {
    takesSnapshots: true,
    async *requests({ snapshot }) {
      yield { attempt, dataPoints: snapshot?.scopes[0]?.streams[0]?.count ?? 0 };
    },
    shutdown: async () => {},
  };
}

test('an observer sees each export once, with its data points and final result', async () => {
  const outcomes: Outcome[] = [{}, { rejectedDataPoints: 1 }, { error: new Error('no') }];
  const seen: [number, ExportEnd][] = [];
  const reader = new PushReader({
    sender: senderOf(async () => outcomes.shift() ?? {}),
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
    sender: senderOf(() => new Promise(() => {})),
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
