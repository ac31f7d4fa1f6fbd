import { expect, expectTypeOf, test } from 'vitest';
import { whenSettled } from './index.ts';

test('reports the value of a function, and of a promise when it resolves', async () => {
  const seen: unknown[] = [];
  expect(
    whenSettled(
      () => 1,
      (failure, value) => seen.push([failure, value]),
    ),
  ).toBe(1);
  const later = whenSettled(
    async () => 2,
    (failure, value) => seen.push([failure, value]),
  );
  expect(seen).toEqual([[undefined, 1]]);
  expect(await later).toBe(2);
  expect(seen).toEqual([
    [undefined, 1],
    [undefined, 2],
  ]);
});

test('reports the failure, and the same error reaches the caller', async () => {
  const error = new Error('no');
  const seen: unknown[] = [];
  expect(() =>
    whenSettled(
      () => {
        throw error;
      },
      (failure) => seen.push(failure?.error),
    ),
  ).toThrow(error);
  await expect(
    whenSettled(
      () => Promise.reject(error),
      (failure) => seen.push(failure?.error),
    ),
  ).rejects.toBe(error);
  expect(seen).toEqual([error, error]);
});

test('calls `then` of a query builder once, because each call runs the query', async () => {
  let runs = 0;
  const builder = {
    // oxlint-disable-next-line unicorn/no-thenable -- like a query builder
    then(resolve: (rows: number) => unknown) {
      runs += 1;
      return Promise.resolve(3).then(resolve);
    },
  };
  const seen: unknown[] = [];
  expect(
    await whenSettled(
      () => builder as unknown as Promise<number>,
      (_failure, rows) => seen.push(rows),
    ),
  ).toBe(3);
  expect([runs, seen]).toEqual([1, [3]]);
});

test('converts any thenable to a promise, even if its `then` returns nothing', async () => {
  const thenable = {
    rows: () => 3,
    // oxlint-disable-next-line unicorn/no-thenable -- like a minimal thenable
    then(resolve: (rows: number) => void) {
      queueMicrotask(() => resolve(3));
    },
  };
  const seen: unknown[] = [];
  const result: Promise<number> = whenSettled(
    () => thenable as typeof thenable & PromiseLike<number>,
    (_failure, rows) => seen.push(rows),
  );
  expect(result).toBeInstanceOf(Promise);
  expect(await result).toBe(3);
  expect(seen).toEqual([3]);
});

test('leaves a rejection to the caller', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', listener);
  try {
    const error = new Error('nobody looks');
    void whenSettled(
      () => Promise.reject(error),
      () => undefined,
    );
    await new Promise(setImmediate);
    expect(unhandled).toEqual([error]);
  } finally {
    process.off('unhandledRejection', listener);
  }
});

test('the result type is a plain promise, without the methods that a library adds', () => {
  const query = Object.assign(Promise.resolve(1), { cancel: () => undefined });
  expectTypeOf(
    whenSettled(
      () => query,
      () => undefined,
    ),
  ).toEqualTypeOf<Promise<number>>();
});

test('rejects with the error of `then`, whatever it reports later', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', listener);
  try {
    const hostile = {
      // oxlint-disable-next-line unicorn/no-thenable -- it is the subject of the test
      then(_resolve: unknown, reject: (error: unknown) => void) {
        queueMicrotask(() => reject(new Error('later')));
        throw new Error('at once');
      },
    };
    const ends: unknown[] = [];
    const result = whenSettled(
      () => hostile as unknown as Promise<number>,
      (failure) => ends.push(failure?.error),
    );
    await expect(result).rejects.toThrow('at once');
    await new Promise(setImmediate);
    expect(ends).toEqual([new Error('at once')]);
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', listener);
  }
});

test('returns a value whose `then` is a getter that throws', () => {
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('hostile');
      },
    },
  );
  const ends: unknown[] = [];
  const result = whenSettled(
    () => hostile,
    () => ends.push('end'),
  );
  expect(Object.is(result, hostile)).toBe(true);
  expect(ends).toEqual(['end']);
});
