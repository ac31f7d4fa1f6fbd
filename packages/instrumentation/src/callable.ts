import { describeValue } from './describe-value.ts';

/**
 * For what keeps a function to call it later: throws at once what the call would throw.
 *
 * @throws TypeError when it is no function
 */
export function requireFunction(value: unknown): asserts value is (...args: never[]) => unknown {
  if (typeof value !== 'function') throw new TypeError(`${describeValue(value)} is not a function`);
}
