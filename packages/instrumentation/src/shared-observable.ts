import type { Meter as ApiMeter, Attributes, Observable, ObservableResult } from '@opentelemetry/api';
import type { MetricDefinition } from '@trademeter/semantic-conventions';

/** How several reports of one series are combined. */
export type Merge = 'sum' | 'max' | 'last';

/** Reports every series of a state. */
export type Reporter = (observe: (value: number, attributes: Attributes) => void) => void;

/** An observable instrument whose series can end, as in `@trademeter/metric-store`. */
export interface EndingObservable extends Observable {
  /** Ends a series: every reader reads 0 once, unless the series is observed again. */
  remove?(attributes: Attributes): void;
}

interface Shared {
  readonly observable: EndingObservable;
  readonly reporters: Set<Reporter>;
}

// An SDK accepts several observable instruments with the same name, and the last one overwrites the others: the orders
// of one strategy would hide those of another.
const reportersOf = new WeakMap<ApiMeter, Map<string, Shared>>();

/** Creates the observable of a metric on this meter, or joins the existing one. */
export function shareObservable(
  meter: ApiMeter,
  { name, unit, description, instrument }: MetricDefinition,
  merge: Merge,
  reporter: Reporter,
): EndingObservable {
  let byName = reportersOf.get(meter);
  if (byName === undefined) {
    byName = new Map();
    reportersOf.set(meter, byName);
  }
  const known = byName.get(name);
  if (known !== undefined) {
    known.reporters.add(reporter);
    return known.observable;
  }
  const reporters = new Set([reporter]);
  const observable: EndingObservable =
    instrument === 'gauge'
      ? meter.createObservableGauge(name, { unit, description })
      : meter.createObservableUpDownCounter(name, { unit, description });
  byName.set(name, { observable, reporters });
  observable.addCallback((result) => report(result, reporters, merge));
  return observable;
}

function report(result: ObservableResult, reporters: ReadonlySet<Reporter>, merge: Merge): void {
  if (reporters.size === 1) {
    for (const reporter of reporters) reporter((value, attributes) => result.observe(value, attributes));
    return;
  }
  const merged = new Map<string, { readonly attributes: Attributes; value: number }>();
  for (const reporter of reporters) {
    // A second report by the same reporter replaces the first. Only reports by several reporters are combined.
    const own = new Map<string, { readonly attributes: Attributes; readonly value: number }>();
    reporter((value, attributes) => own.set(JSON.stringify(attributes), { attributes, value }));
    for (const [key, { attributes, value }] of own) {
      const known = merged.get(key);
      if (known === undefined) merged.set(key, { attributes, value });
      else known.value = merge === 'sum' ? known.value + value : merge === 'max' ? Math.max(known.value, value) : value;
    }
  }
  for (const { attributes, value } of merged.values()) result.observe(value, attributes);
}
