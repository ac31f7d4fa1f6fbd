import type { Measurement } from './measure.ts';
import type { RecordingCost } from './recording-cost.ts';

/** A measurement beside that of the first library of its size: how many times as much each figure is. */
export type ComparedMeasurement = Measurement & {
  /** Of a steady scrape; `rest` is without the SDK's own collection, which is in no library's hands. */
  readonly ratios: Readonly<Record<'steady' | 'rest' | 'stall' | 'restStall', number>>;
};

/** What a recording costs beside the first library. */
export type ComparedRecording = RecordingCost & {
  readonly ratios: { readonly order: number; readonly unboundAdd: number };
};

export function compareScrapes(measurements: readonly Measurement[]): ComparedMeasurement[] {
  return measurements.map((each) => {
    const { steady: base } = measurements.find(({ lines }) => lines === each.lines) ?? each;
    const { steady } = each;
    const ratios = {
      steady: steady.millis / base.millis,
      rest: steady.restMillis / base.restMillis,
      stall: steady.stallMillis / base.stallMillis,
      restStall: steady.restStallMillis / base.restStallMillis,
    };
    return { ...each, ratios };
  });
}

export function compareRecordings(costs: readonly RecordingCost[]): ComparedRecording[] {
  return costs.map((each) => {
    const base = costs[0] ?? each;
    const ratios = {
      order: each.orderNanos / base.orderNanos,
      unboundAdd: each.unboundAddNanos / base.unboundAddNanos,
    };
    return { ...each, ratios };
  });
}
