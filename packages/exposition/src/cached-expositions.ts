import { CachedExposition, type CollectedMetrics, type ExpositionOptions } from './cached-exposition.ts';
import type { Exposition } from './exposition.ts';
import type { ScrapeBody } from './scrape-body.ts';
import type { Warnings } from './warnings.ts';

// Each keeps its text. Prometheus asks for one format; a person with curl or another version of Prometheus for another.
const mostKept = 3;

// After this many answers in other formats, a format is dropped. Rendering it again once in a while is cheap; keeping
// it would hold memory forever after one look with curl.
const mostOthers = 100;

/** CachedExpositions keeps one {@link CachedExposition} for each of the last formats that were requested. */
export class CachedExpositions {
  readonly #options: ExpositionOptions;
  readonly #warnings: Warnings;
  // Ordered by last use.
  readonly #byKey = new Map<string, { readonly cached: CachedExposition; readonly lastRender: number }>();
  #renders = 0;

  constructor(options: ExpositionOptions, warnings: Warnings) {
    this.#options = options;
    this.#warnings = warnings;
  }

  /** The bytes of all kept texts. */
  get memory(): number {
    return [...this.#byKey.values()].reduce((total, { cached }) => total + cached.memory, 0);
  }

  /** The same key for expositions with the same text. */
  keyOf({ openMetrics, scheme }: Exposition): string {
    const escapes = this.#options.translationStrategy.startsWith('Underscore');
    // For names without special characters, only `dots` makes a difference: it doubles underscores.
    const effective = escapes && scheme !== 'dots' ? 'underscores' : scheme;
    return `${openMetrics ? 'openmetrics' : 'text'} ${effective}`;
  }

  /**
   * Renders a collection. The generator yields wherever rendering may be interrupted; run it to its end before the next
   * one in the same exposition begins.
   */
  *render(metrics: CollectedMetrics, exposition: Exposition): Generator<undefined, ScrapeBody> {
    const key = this.keyOf(exposition);
    const cached = this.#byKey.get(key)?.cached ?? new CachedExposition(exposition, this.#options, this.#warnings);
    this.#renders += 1;
    this.#byKey.delete(key);
    this.#byKey.set(key, { cached, lastRender: this.#renders });
    for (const [other, { lastRender }] of this.#byKey) {
      if (this.#byKey.size > mostKept || this.#renders - lastRender > mostOthers) this.#byKey.delete(other);
    }
    return yield* cached.render(metrics);
  }
}
