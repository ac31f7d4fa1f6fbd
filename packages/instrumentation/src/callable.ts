import { describeValue } from '@trademeter/config';

/**
 * For what keeps a function to call it later: throws at once what the call would throw.
 *
 * @throws TypeError when it is no function
 */
export function requireFunction(value: unknown): asserts value is (...args: never[]) => unknown {
  if (typeof value !== 'function') throw new TypeError(`${describeValue(value)} is not a function`);
}

/**
 * Whether a function that must return a value at once returned a promise. Its rejection is then ignored: nothing else
 * handles it, and it would end the process. Never throws.
 */
export function swallowIfPromise(answer: unknown): boolean {
  try {
    if (!(answer instanceof Promise)) return false;
    void Promise.prototype.then.call(answer, undefined, () => undefined);
    return true;
  } catch {
    return false;
  }
}
