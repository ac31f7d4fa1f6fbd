import type { ScrapedName } from './peer-names.ts';

/** What the benchmark asks of the process that is scraped; each request has one answer. */
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

/** The answer to `memory`, after the heap was collected, in bytes. */
export interface MemoryUse {
  /** Of objects and typed arrays. */
  readonly used: number;
  /** Of the whole process. */
  readonly resident: number;
}
