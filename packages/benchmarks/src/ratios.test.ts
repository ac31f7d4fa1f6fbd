import { expect, test } from 'vitest';
import type { Measurement } from './measure.ts';
import { compareRecordings, compareScrapes } from './ratios.ts';

function measured(lines: number, millis: number, collectMillis = 0): Measurement {
  const rest = millis - collectMillis;
  const steady = {
    millis,
    collectMillis,
    restMillis: rest,
    stallMillis: millis,
    worstStallMillis: millis,
    restStallMillis: rest,
    allocatedBytes: 0,
  };
  const sizes = { lines, series: lines, bytes: lines, keptBytesPerSeries: 0 };
  return { peer: 'trademeter', ...sizes, first: steady, steady, idle: steady };
}

test('compares each library with the first of its size, also without the collection of the SDK', () => {
  const compared = compareScrapes([measured(33, 3, 1), measured(66, 5), measured(33, 9, 1), measured(66, 10)]);
  expect(compared.map(({ ratios }) => ratios)).toEqual([
    { steady: 1, rest: 1, stall: 1, restStall: 1 },
    { steady: 1, rest: 1, stall: 1, restStall: 1 },
    { steady: 3, rest: 4, stall: 3, restStall: 4 },
    { steady: 2, rest: 2, stall: 2, restStall: 2 },
  ]);
});

test('compares each recording with that of the first library', () => {
  const cost = { peer: 'trademeter', boundAddNanos: undefined } as const;
  const compared = compareRecordings([
    { ...cost, orderNanos: 100, unboundAddNanos: 10 },
    { ...cost, orderNanos: 50, unboundAddNanos: 40 },
  ]);
  expect(compared.map(({ ratios }) => ratios)).toEqual([
    { order: 1, unboundAdd: 1 },
    { order: 0.5, unboundAdd: 4 },
  ]);
});
