import type { Measurement } from './measure.ts';
import type { RecordingCost } from './recording-cost.ts';

/** A measurement beside that of the first library of its size: how many times as much each figure is. */
export type ComparedMeasurement = Measurement & {
  /** A steady scrape without the SDK's own collection, which is in no library's hands: a difference of two medians. */
  readonly restMillis: number;
  readonly ratios: { readonly steady: number; readonly rest: number; readonly stall: number };
};

/** What a recording costs beside the first library. */
export type ComparedRecording = RecordingCost & {
  readonly ratios: { readonly order: number; readonly unboundAdd: number };
};

export function compareScrapes(measurements: readonly Measurement[]): ComparedMeasurement[] {
  const restOf = ({ steady, collect }: Measurement) => steady.millis - (collect?.millis ?? 0);
  return measurements.map((each) => {
    const base = measurements.find(({ lines }) => lines === each.lines) ?? each;
    const ratios = {
      steady: each.steady.millis / base.steady.millis,
      rest: restOf(each) / restOf(base),
      stall: each.steady.stallMillis / base.steady.stallMillis,
    };
    return { ...each, restMillis: restOf(each), ratios };
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
