import { requireFunction, type Settled } from '@trademeter/instrumentation';

type Getter = (...args: never[]) => unknown;

/**
 * A getter that does all that it did, with every call of it made by `lookUp`.
 *
 * @throws TypeError when it is no function
 */
export function wrapped<F extends Getter>(get: F, lookUp: (call: () => ReturnType<F>) => Settled<ReturnType<F>>): F {
  requireFunction(get);
  return function (this: unknown, ...args: never[]) {
    return lookUp(() => Reflect.apply(get, this, args) as ReturnType<F>);
  } as F;
}
