import { swallowIfPromise } from '@trademeter/instrumentation';

/** How to recognize a hit. */
export interface HitTest<V> {
  /**
   * Whether a result is a hit. Must be synchronous: if it throws or returns a promise, this is logged once and the
   * lookup counts as a miss. Default: anything except `undefined` and `null` is a hit.
   */
  readonly isHit?: ((value: V) => boolean) | undefined;
}

/** @throws the error of the caller's test; TypeError if it returns a promise, or any other thenable */
export function isHit<V>(value: V | undefined, test: HitTest<V> | undefined): boolean {
  const own = test?.isHit;
  if (own === undefined) return value !== undefined && value !== null;
  const answer: unknown = own(value as V);
  // Its result would be too late, and reading it could run the query of a query builder.
  if (swallowIfPromise(answer) || typeof (answer as { then?: unknown } | null | undefined)?.then === 'function') {
    throw new TypeError('isHit must return true or false, not a promise');
  }
  return Boolean(answer);
}
