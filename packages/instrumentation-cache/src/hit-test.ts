/** How a result is told from nothing. */
export interface HitTest<V> {
  /** Whether what came back was in the cache. Default: anything but `undefined` and `null` was. */
  readonly isHit?: ((value: V) => unknown) | undefined;
}

/** @throws what the caller's own test throws */
export function isHit<V>(value: V | undefined, test: HitTest<V> | undefined): boolean {
  const own = test?.isHit;
  return own === undefined ? value !== undefined && value !== null : Boolean(own(value as V));
}
