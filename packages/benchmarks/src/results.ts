import type { ProcessMemory, ScrapeCost } from './measure.ts';
import type { PeerName } from './peer-names.ts';
import type { PushCost } from './push.ts';
import type { RecordingCost } from './recording-cost.ts';
import type { SeriesMemory } from './series-memory.ts';
import type { StartTime } from './start-time.ts';

/** The measurements of a run; a part that did not run is absent. */
export interface Results {
  readonly recordings?: readonly RecordingCost[];
  readonly largeScrapes?: readonly ScrapeCost[];
  readonly smallScrapes?: readonly ScrapeCost[];
  readonly freshScrapes?: readonly { readonly peer: PeerName; readonly millis: number }[];
  readonly pushes?: readonly PushCost[];
  readonly seriesMemory?: readonly SeriesMemory[];
  readonly processMemory?: readonly ProcessMemory[];
  readonly starts?: readonly StartTime[];
}
