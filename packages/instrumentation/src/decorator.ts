import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';

/** Attributes that are the same for every call, or a function of the call's arguments. */
export type AttributesFor<D extends MetricDefinition, P extends unknown[]> =
  | AttributesOf<D>
  | ((...args: P) => AttributesOf<D>);

/** A standard method decorator that leaves a method's type as it is. `P` are the arguments that it looks at. */
export type MethodDecorator<P extends unknown[]> = <This, Args extends P extends never[] ? unknown[] : P, R>(
  method: (this: This, ...args: Args) => R,
  context?: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => R>,
) => (this: This, ...args: Args) => R;

/** Never throws: of a function that does, the attributes are missing, which the guard counts. */
export function attributesFor<D extends MetricDefinition>(
  attributes: AttributesFor<D, never[]>,
  args: readonly unknown[],
): AttributesOf<D> {
  if (typeof attributes !== 'function') return attributes;
  try {
    return attributes(...(args as never[]));
  } catch {
    return {} as AttributesOf<D>;
  }
}
