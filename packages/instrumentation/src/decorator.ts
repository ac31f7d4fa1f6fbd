import { ConfigurationError, describeValue } from '@trademeter/config';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';
import { swallowIfPromise } from './callable.ts';
import type { Settled } from './settled.ts';

/** Attributes that are the same for every call, or a function of the call's arguments. */
export type AttributesFor<D extends MetricDefinition, P extends unknown[]> =
  | AttributesOf<D>
  | ((...args: P) => AttributesOf<D>);

/**
 * A standard method decorator that leaves a method's type as it is, though a thenable that the method returns becomes a
 * promise. `P` are the arguments that it looks at.
 */
export type MethodDecorator<P extends unknown[]> = <This, Args extends P extends never[] ? unknown[] : P, R>(
  method: (this: This, ...args: Args) => R,
  context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => R>,
) => (this: This, ...args: Args) => R;

/** Never throws: of a function that does, the attributes are missing, which the guard counts. */
export function attributesFor<D extends MetricDefinition>(
  attributes: AttributesFor<D, never[]>,
  args: readonly unknown[],
): AttributesOf<D> {
  if (typeof attributes !== 'function') return attributes;
  try {
    const found = attributes(...(args as never[]));
    if (!swallowIfPromise(found)) return found;
  } catch {
    // As of one that answers too late, nothing is known.
  }
  return {} as AttributesOf<D>;
}

/**
 * A decorator that runs each call of a method through `around`, and leaves its name and length as they are.
 *
 * @param name for the message: `@timed`
 * @throws ConfigurationError when it decorates what is no method
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
