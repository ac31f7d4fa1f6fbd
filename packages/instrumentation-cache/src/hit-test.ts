import { swallowIfPromise } from '@trademeter/instrumentation';

/** How a result is told from nothing. */
export interface HitTest<V> {
  /**
   * Whether what came back was in the cache, said at once. Default: anything but `undefined` and `null` was. Where it
   * throws or gives a promise, that is told, and the lookup is a miss.
   */
  readonly isHit?: ((value: V) => boolean) | undefined;
}

/** @throws what the caller's own test throws; TypeError when that gives a promise, or any other thenable */
export function isHit<V>(value: V | undefined, test: HitTest<V> | undefined): boolean {
  const own = test?.isHit;
  if (own === undefined) return value !== undefined && value !== null;
  const answer: unknown = own(value as V);
  // Whatever it comes to is too late to be counted, and is not asked for: a query builder would run its query.
  if (swallowIfPromise(answer) || typeof (answer as { then?: unknown } | null | undefined)?.then === 'function') {
    throw new TypeError('isHit must give true or false, not a promise');
  }
  return Boolean(answer);
}
