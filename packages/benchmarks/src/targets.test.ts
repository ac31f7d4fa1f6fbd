import { expect, test } from 'vitest';
import type { RecordingCost } from './recording-cost.ts';
import { compareWithTargets } from './targets.ts';

function recording(peer: RecordingCost['peer'], nanos: number, bytes: number): RecordingCost {
  const call = { nanos, bytes };
  return { peer, calls: { boundAdd: call, boundRecord: call, add: call, order: call } };
}

test('compares with the fastest of the other libraries, and with the bytes that may be allocated', () => {
  const results = compareWithTargets({
    recordings: [recording('trademeter', 10, 0), recording('prom-client', 500, 8), recording('prometheus-io', 300, 8)],
  });
  expect(results.map(({ measured, isMet }) => [measured, isMet])).toEqual([
    ['30.0× prometheus-io, 0 B', false],
    ['30.0× prometheus-io, 0 B', true],
    ['30.0× prometheus-io, 0 B', true],
    ['30.0× prometheus-io, 0 B', true],
  ]);
  const [first] = compareWithTargets({
    recordings: [recording('trademeter', 10, 1), recording('prom-client', 500, 8)],
  });
  expect(first).toMatchObject({ measured: '50.0× prom-client, 1 B', isMet: false });
});

test('a ratio that one library does not reach is missed', () => {
  const starts = (own: number) => ({
    freshScrapes: [
      { peer: 'trademeter' as const, millis: own },
      { peer: 'opentelemetry' as const, millis: 12 },
      { peer: 'prom-client' as const, millis: 7.5 },
      { peer: 'prometheus-io' as const, millis: 6 },
    ],
  });
  expect(compareWithTargets(starts(3))[0]).toMatchObject({ measured: '4.0×, 2.5×, 2.0×', isMet: true });
  expect(compareWithTargets(starts(3.1))[0]).toMatchObject({ isMet: false });
});

test('a stall is judged by its CPU time, and printed with the elapsed time', () => {
  const scrapes = (stallCpuMillis: number) => ({
    largeScrapes: (['trademeter', 'opentelemetry', 'prom-client', 'prometheus-io', 'bare'] as const).map((peer) => ({
      peer,
      millis: 1,
      firstMillis: 1,
      stallMillis: peer === 'trademeter' ? 10 : 400,
      stallWithoutGcMillis: peer === 'bare' ? 7.5 : 9.5,
      stallCpuMillis,
      worstStallMillis: 400,
      series: 1,
      bytes: 1,
    })),
  });
  const stallOf = (stallCpuMillis: number) => compareWithTargets(scrapes(stallCpuMillis))[1];
  expect(stallOf(2.4)).toMatchObject({ measured: '2.4 ms, 1/40 (elapsed 9.5 ms, bare 7.5 ms)', isMet: true });
  expect(stallOf(5.1)).toMatchObject({ isMet: false });
});

test('parts that did not run have no targets', () => {
  expect(compareWithTargets({})).toEqual([]);
});
