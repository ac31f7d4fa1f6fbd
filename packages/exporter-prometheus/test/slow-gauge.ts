import type { Meter } from '@opentelemetry/api';

/** A gauge named `slow`, whose value is 1 once it is released. */
export interface SlowGauge {
  /** Resolves when its value is requested. */
  readonly asked: Promise<void>;
  readonly release: () => void;
}

/** Adds a gauge that blocks every collection until the test releases it. */
export function addSlowGauge(meter: Meter): SlowGauge {
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  meter.createObservableGauge('slow').addCallback(async (result) => {
    isAsked();
    await released;
    result.observe(1);
  });
  return { asked, release };
}
