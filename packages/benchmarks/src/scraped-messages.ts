import type { ScrapedName } from './peer-names.ts';
import type { Stalls } from './stall-watch.ts';

/** What the benchmark asks of the process that is scraped; each request has one answer. */
export type Request =
  | { readonly ask: 'start'; readonly peer: ScrapedName; readonly lines: number; readonly bytes: number }
  | { readonly ask: 'change'; readonly share: number; readonly round: number }
  | { readonly ask: 'watch' }
  | { readonly ask: 'seen' }
  | { readonly ask: 'memory' }
  | { readonly ask: 'trade' }
  | { readonly ask: 'traded' };

/** The answer to `seen`: what the process saw of one scrape. */
export interface Seen {
  readonly stalls: Stalls;
  readonly allocated: number;
  readonly collectMillis: number | undefined;
}
