import { ConfigurationError, describeValue } from '@trademeter/config';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { swallowIfPromise } from './callable.ts';
import type { Settled } from './settled.ts';

/** The attributes of every call, or a function of the call's arguments. */
export type AttributesFor<D extends MetricDefinition, P extends unknown[]> =
  | AttributesOf<D>
  | ((...args: P) => AttributesOf<D>);

/**
 * A standard method decorator that keeps the type of the method, except that a returned thenable becomes a promise. `P`
 * are the arguments that it reads.
 */
export type MethodDecorator<P extends unknown[]> = <This, Args extends P extends never[] ? unknown[] : P, R>(
  method: (this: This, ...args: Args) => R,
  context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => R>,
) => (this: This, ...args: Args) => R;

/** Never throws. If the function throws, the attributes are missing, which the guard counts. */
export function attributesFor<D extends MetricDefinition>(
  attributes: AttributesFor<D, never[]>,
  args: readonly unknown[],
): AttributesOf<D> {
  if (typeof attributes !== 'function') return attributes;
  try {
    const found = attributes(...(args as never[]));
    if (!swallowIfPromise(found)) return found;
  } catch {
    // Treated like a function that returns a promise.
  }
  return {} as AttributesOf<D>;
}

/**
 * Decorates a method so that each call runs through `around`. Keeps its name and length.
 *
 * @param name the name in error messages: `@timed`
 * @throws ConfigurationError if it does not decorate a method
 */
export function decorateMethod(
  name: string,
  around: <R>(run: () => R, args: readonly unknown[]) => Settled<R>,
): MethodDecorator<never[]> {
  return (method, context) => {
    const kind: unknown = (context as { kind?: unknown } | undefined)?.kind;
    if (kind !== 'method') {
      throw new ConfigurationError(
        'instrumentation',
        `${name} must decorate a method, as a standard decorator (no experimentalDecorators), got ${describeValue(kind)}`,
        { code: 'ERR_TRADEMETER_OPTION', option: name, value: kind },
      );
    }
    const decorated: typeof method = function (this, ...args) {
      return around(() => method.apply(this, args), args) as ReturnType<typeof method>;
    };
    Object.defineProperty(decorated, 'name', { value: method.name, configurable: true });
    Object.defineProperty(decorated, 'length', { value: method.length, configurable: true });
    return decorated;
  };
}
