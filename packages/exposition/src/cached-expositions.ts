import { CachedExposition, type CollectedMetrics, type ExpositionOptions } from './cached-exposition.ts';
import type { Exposition } from './exposition.ts';
import type { ScrapeBody } from './scrape-body.ts';
import type { Warnings } from './warnings.ts';

// Each keeps its text. Prometheus asks for one; a person with curl, or a second Prometheus of another age, for another.
const mostKept = 3;

// A format that nobody asks for is given up after so many answers in others. Writing it again once in a while costs
// little; keeping it would cost its memory for ever, after one look with curl.
const mostOthers = 100;

/** The texts of all expositions that are asked for, kept from one collection to the next. */
export class CachedExpositions {
  readonly #options: ExpositionOptions;
  readonly #warnings: Warnings;
  // In the order of their last use.
  readonly #byKey = new Map<string, { readonly cached: CachedExposition; readonly lastRender: number }>();
  #renders = 0;

  constructor(options: ExpositionOptions, warnings: Warnings) {
    this.#options = options;
    this.#warnings = warnings;
  }

  /** The bytes that the kept texts take. */
  get memory(): number {
    return [...this.#byKey.values()].reduce((total, { cached }) => total + cached.memory, 0);
  }

  /** Expositions with the same key have the same text. */
  keyOf({ openMetrics, scheme }: Exposition): string {
    const escapes = this.#options.translationStrategy.startsWith('Underscore');
    // Where names have nothing to escape, only `dots` changes them: it doubles underscores.
    const effective = escapes && scheme !== 'dots' ? 'underscores' : scheme;
    return `${openMetrics ? 'openmetrics' : 'text'} ${effective}`;
  }

  /**
   * The text of a collection. It yields wherever it may be interrupted, and must be run to its end before the next one
   * in the same exposition begins.
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
