import { expect, test } from 'vitest';
import { createMeter, swallowIfPromise } from './index.ts';

// A rejection that nobody handles fails the run.
const late = () => Promise.reject(new Error('later'));

test('a promise is recognized, and its rejection is ignored', () => {
  expect(swallowIfPromise(late())).toBe(true);
  expect(swallowIfPromise(Promise.resolve(1))).toBe(true);
  const trap = () => {
    throw new Error('trap');
  };
  for (const answer of [1, undefined, null, {}, () => 1, new Proxy({}, { get: trap, getPrototypeOf: trap })]) {
    expect(swallowIfPromise(answer)).toBe(false);
  }
});

test('a clock that returns a promise is invalid', () => {
  const meter = createMeter({ name: 'test', now: late as never });
  expect(meter.now()).toBeNaN();
});
