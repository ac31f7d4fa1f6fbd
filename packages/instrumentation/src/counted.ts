import { ATTR_ERROR_TYPE, type AttributesOf, type MetricDefinition } from '@trademeter/semantic-conventions';
import { mergeAttributes } from './attribute-guard.ts';
import { type AttributesFor, attributesFor, decorateMethod, type MethodDecorator } from './decorator.ts';
import { errorTypeFor } from './error-type.ts';
import type { Counter } from './instrument.ts';
import { whenSettled } from './settled.ts';

/**
 * A standard decorator (TypeScript 5 and later, without flags) that counts each call of a method when it ends. A call
 * that throws or rejects counts with `error.type`, if the metric has that attribute. The error reaches the caller.
 *
 * @param attributes the attributes of every call, or a function of the call's arguments
 * @throws ConfigurationError if it does not decorate a method, or is used as a legacy decorator
 * @example
 * class Bot {
 *   \@counted(alertsSent, { 'trading.alert.category': 'risk' })
 *   async sendAlert(text: string) {}
 * }
 */
export function counted<D extends MetricDefinition, P extends unknown[] = never[]>(
  counter: Counter<D>,
  attributes: AttributesFor<D, P>,
): MethodDecorator<P> {
  const takesErrorType = counter.knows(ATTR_ERROR_TYPE);
  return decorateMethod('@counted', (run, args) =>
    whenSettled(run, (failure) => {
      const known = attributesFor(attributes as AttributesFor<D, never[]>, args);
      counter.add(
        1,
        failure === undefined || !takesErrorType
          ? known
          : (mergeAttributes(known, { [ATTR_ERROR_TYPE]: errorTypeFor(failure.error, known) }) as AttributesOf<D>),
      );
    }),
  );
}
