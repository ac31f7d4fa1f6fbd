import { requireFunction, type Settled } from '@trademeter/instrumentation';

type Getter = (...args: never[]) => unknown;

/**
 * Wraps a getter so that each call runs through `lookUp`.
 *
 * @throws TypeError if it is not a function
 */
export function wrapped<F extends Getter>(get: F, lookUp: (call: () => ReturnType<F>) => Settled<ReturnType<F>>): F {
  requireFunction(get);
  return function (this: unknown, ...args: never[]) {
    return lookUp(() => Reflect.apply(get, this, args) as ReturnType<F>);
  } as F;
}
