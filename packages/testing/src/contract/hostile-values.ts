import type fastCheck from 'fast-check';
import type { Arbitrary } from 'fast-check';

/**
 * Anything that JavaScript code can pass to a verb. Wrapped in functions, because fast-check itself fails on some
 * values.
 */
export function hostileValue(fc: typeof fastCheck): Arbitrary<() => unknown> {
  return fc.oneof(
    fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }).map((value) => () => value),
    fc.nat(worst.length - 1).map((index) => () => worst[index]),
  );
}

function trap(): never {
  throw new Error('trap');
}

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

const worst: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  -1,
  1n,
  Symbol('s'),
  'x'.repeat(1_000_000),
  '\uD800',
  cyclic,
  Object.create(null),
  new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap }),
  {
    symbol: 'AAPL',
    side: 'buy',
    get quantity() {
      return trap();
    },
  },
];

function failing(): Promise<never> {
  return Promise.reject(new Error('theirs'));
}

function thenable(then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown): object {
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  return { then };
}

/** What a caller's function may return instead of a plain value. */
export const hostileResults: readonly (readonly [name: string, result: () => unknown])[] = [
  ['a promise that rejects', failing],
  ['a promise of a promise that rejects', async () => failing()],
  ['a thenable that rejects', () => thenable((_resolve, reject) => reject(new Error('theirs')))],
  ['a thenable that settles three times', () => thenable((resolve, reject) => [resolve(1), resolve(2), reject(3)])],
  ['a thenable that throws', () => thenable(trap)],
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  ['a thenable that cannot be read', () => Object.defineProperty({}, 'then', { get: trap })],
  [
    'an object that cannot be read at all',
    () => new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap }),
  ],
  ['a function', () => () => failing()],
];
