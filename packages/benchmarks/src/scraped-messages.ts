import type { ScrapedName } from './peer-names.ts';

/** Requests to the scraped process; each has one answer. */
export type Request =
  | { readonly ask: 'start'; readonly peer: ScrapedName; readonly lines: number; readonly bytes: number }
  | { readonly ask: 'change'; readonly share: number; readonly round: number }
  | { readonly ask: 'watch' }
  | { readonly ask: 'seen' }
  | { readonly ask: 'memory' }
  | { readonly ask: 'trade' }
  | { readonly ask: 'traded' }
  | { readonly ask: 'profile' }
  | { readonly ask: 'profiled'; readonly path: string };

/** The answer to `memory`, in bytes, after a garbage collection. */
export interface MemoryUse {
  /** The bytes of objects and typed arrays. */
  readonly used: number;
  /** The resident memory of the process. */
  readonly resident: number;
}
