import { afterEach, expect, test, vi } from 'vitest';
import { type Attempt, type DeliveryOptions, deliver, type Outcome } from './delivery.ts';

const options: DeliveryOptions = {
  signal: new AbortController().signal,
  isAwaited: true,
  timeoutMillis: 1_000,
  limitMillis: 3_000,
  onRetry: () => {},
};
const failure: Outcome = { error: new Error('Service Unavailable (503)'), isTransient: true };

afterEach(() => vi.restoreAllMocks());

/** A clock that moves only when the test moves it. */
class StubClock {
  #now = 0;

  constructor() {
    vi.spyOn(performance, 'now').mockImplementation(() => this.#now);
  }

  pass(millis: number): void {
    this.#now += millis;
  }
}

test('the first attempt has its full time, even after a stall of the process', async () => {
  const warned = vi.spyOn(process, 'emitWarning');
  const clock = new StubClock();
  vi.spyOn(performance, 'now').mockImplementationOnce(() => {
    clock.pass(3_001);
    return 0;
  });
  const attempt = vi.fn<Attempt>(async () => ({}));
  expect(await deliver(attempt, options)).toEqual({});
  expect(attempt).toHaveBeenCalledTimes(1);
  expect(warned).not.toHaveBeenCalled();
});

test('there is no retry if the process stalls until the time is over', async () => {
  const warned = vi.spyOn(process, 'emitWarning');
  const clock = new StubClock();
  const attempt = vi.fn<Attempt>(async () => failure);
  expect(await deliver(attempt, { ...options, onRetry: () => clock.pass(3_001) })).toBe(failure);
  expect(attempt).toHaveBeenCalledTimes(1);
  expect(warned).not.toHaveBeenCalled();
});

test('there is a retry if there is time', async () => {
  const clock = new StubClock();
  const attempt = vi.fn<Attempt>(async () => ({})).mockResolvedValueOnce(failure);
  const onRetry = vi.fn<DeliveryOptions['onRetry']>(() => clock.pass(1_000));
  expect(await deliver(attempt, { ...options, onRetry })).toEqual({});
  expect(onRetry).toHaveBeenCalledExactlyOnceWith(failure.error);
});
