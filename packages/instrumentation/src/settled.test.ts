import { expect, expectTypeOf, test } from 'vitest';
import { whenSettled } from './index.ts';

test('tells the value of a function, and of a promise when it is there', async () => {
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

test('tells the failure, and hands on the very error', async () => {
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

test('calls `then` of a query builder once, as each call runs the query', async () => {
  let runs = 0;
  const builder = {
    // oxlint-disable-next-line unicorn/no-thenable -- as query builders have it
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

test('makes a promise of any thenable, also of one whose `then` returns nothing', async () => {
  const thenable = {
    rows: () => 3,
    // oxlint-disable-next-line unicorn/no-thenable -- as small hand-made ones are
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

test('leaves it to the caller to handle a rejection', async () => {
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

test('promises no more than comes back: what a library adds to its promises is not there', () => {
  const query = Object.assign(Promise.resolve(1), { cancel: () => undefined });
  expectTypeOf(
    whenSettled(
      () => query,
      () => undefined,
    ),
  ).toEqualTypeOf<Promise<number>>();
});

test('rejects with what `then` throws, whatever it tells later', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', listener);
  try {
    const hostile = {
      // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
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

test('hands on what has `then` as a getter that throws', () => {
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
