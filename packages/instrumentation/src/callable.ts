import { describeValue } from '@trademeter/config';

/**
 * Checks a function that is called later, so that the error is thrown now.
 *
 * @throws TypeError if it is not a function
 */
export function requireFunction(value: unknown): asserts value is (...args: never[]) => unknown {
  if (typeof value !== 'function') throw new TypeError(`${describeValue(value)} is not a function`);
}

/**
 * Checks whether a function that must be synchronous returned a promise. If so, its rejection is ignored: an unhandled
 * rejection would end the process. Never throws.
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
