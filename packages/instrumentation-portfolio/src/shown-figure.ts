import type { Meter } from '@trademeter/instrumentation';
import type { AttributesOf, MetricDefinition } from '@trademeter/semantic-conventions';

/** The definition of a gauge. */
export type GaugeDefinition = MetricDefinition & { readonly instrument: 'gauge' };

/** Exports a figure that is computed at collection. An undefined figure is not reported. */
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

/** Whether a figure can be exported: it exists and has not overflowed. */
export function isDefined(figure: number | undefined): figure is number {
  return figure !== undefined && Number.isFinite(figure);
}
