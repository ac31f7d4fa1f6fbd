import type { Meter } from '@trademeter/instrumentation';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';

/** A gauge's definition. */
export type GaugeDefinition = MetricDefinition & { readonly instrument: 'gauge' };

/** Shows a figure that is computed when it is read. One that is not defined is not reported. */
export function showFigure<const D extends GaugeDefinition>(
  meter: Meter,
  definition: D,
  attributes: AttributesOf<D>,
  compute: () => number | undefined,
): void {
  meter.observable(definition).observe((observe) => {
    const figure = compute();
    if (isDefined(figure)) observe(figure, attributes);
  });
}

/** Whether a figure can be shown: a sum that has overflowed is none. */
export function isDefined(figure: number | undefined): figure is number {
  return figure !== undefined && Number.isFinite(figure);
}
