import { ATTR_ERROR_TYPE, type AttributesOf, type MetricDefinition } from '@trademeter/semantic-conventions';
import { mergeAttributes } from './attribute-guard.ts';
import { type AttributesFor, attributesFor, decorateMethod, type MethodDecorator } from './decorator.ts';
import { errorTypeFor } from './error-type.ts';
import type { Counter } from './instrument.ts';
import { whenSettled } from './settled.ts';

/**
 * A standard decorator (TypeScript 5 and later, no flag): counts each call of a method when it ends. One that throws or
 * rejects is counted with `error.type`, where the metric has that attribute, and its error goes on to the caller.
 *
 * @param attributes the same for every call, or a function of the call's arguments
 * @throws ConfigurationError when what it decorates is no method, or by the decorators before TypeScript 5
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
