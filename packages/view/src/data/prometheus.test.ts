import { expect, test } from 'vitest';
import { extrapolatedIncrease, histogramQuantile } from './prometheus.js';

const seconds = (times: number[]) => times.map((time) => time * 1000);

function increase(times: number[], values: number[], start: number, end: number): number {
  return extrapolatedIncrease(seconds(times), values, 0, times.length - 1, start * 1000, end * 1000);
}

// The expected values are what Prometheus 3's functions.go computes.
test.each([
  ['is exact when samples lie on the edges', [0, 10, 20, 30], [0, 10, 20, 30], 0, 30, 30],
  ['extrapolates to an edge that is near', [5, 15, 25], [100, 110, 120], 0, 30, 30],
  ['adds half a distance where an edge is far', [10, 20], [100, 110], -60, 80, 20],
  ['extrapolates no further than to 0', [10, 20], [2, 12], 0, 20, 12],
  ['counts on after a reset', [0, 10, 20, 30], [100, 110, 5, 15], 0, 30, 25],
  ['counts on after two resets', [0, 10, 20, 30, 40], [10, 2, 4, 1, 3], 0, 40, 2 + 2 + 1 + 2],
  ['is 0 for a counter that does not change', [0, 10, 20], [7, 7, 7], 0, 20, 0],
])('%s', (_, times, values, start, end, expected) => {
  expect(increase(times, values, start, end)).toBeCloseTo(expected, 10);
});

test('is absent with fewer than two samples', () => {
  expect(increase([10], [5], 0, 20)).toBeNaN();
  expect(increase([0, 10], [Number.NaN, 5], 0, 20)).toBeNaN();
  expect(increase([], [], 0, 20)).toBeNaN();
});

test('skips scrapes without the series', () => {
  expect(increase([0, 10, 20, 30], [0, Number.NaN, 20, 30], 0, 30)).toBeCloseTo(30, 10);
});

const inf = Number.POSITIVE_INFINITY;

test.each<[string, number, [number, number][], number]>([
  [
    'interpolates within a bucket',
    0.5,
    [
      [1, 0],
      [2, 10],
      [inf, 10],
    ],
    1.5,
  ],
  [
    'uses 0 as the lower bound of the first bucket',
    0.5,
    [
      [1, 10],
      [inf, 10],
    ],
    0.5,
  ],
  [
    'uses the highest bound for values above it',
    0.99,
    [
      [1, 5],
      [2, 6],
      [inf, 100],
    ],
    2,
  ],
  [
    'returns a first bound that is not above 0',
    0.1,
    [
      [-1, 10],
      [1, 20],
      [inf, 20],
    ],
    -1,
  ],
  [
    'sorts the buckets',
    0.5,
    [
      [inf, 10],
      [2, 10],
      [1, 0],
    ],
    1.5,
  ],
  [
    'corrects inconsistent buckets',
    0.5,
    [
      [1, 4],
      [2, 3],
      [inf, 8],
    ],
    1,
  ],
])('%s', (_, quantile, buckets, expected) => {
  expect(histogramQuantile(quantile, buckets)).toBeCloseTo(expected, 10);
});

test('is absent when nothing was observed, or +Inf is missing', () => {
  expect(
    histogramQuantile(0.5, [
      [1, 0],
      [inf, 0],
    ]),
  ).toBeNaN();
  expect(
    histogramQuantile(0.5, [
      [1, 1],
      [2, 2],
    ]),
  ).toBeNaN();
  expect(histogramQuantile(0.5, [[inf, 2]])).toBeNaN();
  expect(
    histogramQuantile(2, [
      [1, 1],
      [inf, 2],
    ]),
  ).toBe(inf);
  expect(
    histogramQuantile(-1, [
      [1, 1],
      [inf, 2],
    ]),
  ).toBe(-inf);
});
