import type { Exposition } from './exposition.ts';
import type { LoopTurns } from './loop-turns.ts';
import type { Notices } from './notices.ts';
import { type CollectedMetrics, Rendition, type RenditionOptions } from './rendition.ts';
import type { Snapshot } from './snapshot.ts';

// Each keeps its text. Prometheus asks for one; a person with curl, or a second Prometheus of another age, for another.
const mostRenditions = 3;

// A format that nobody asks for is given up after so many answers in others. To write it anew once in a while costs
// little; to keep it would cost its memory for ever, after one look with curl.
const mostOthers = 100;

/** The texts of all expositions that are asked for, kept from one collection to the next. */
export class Renditions {
  readonly #options: RenditionOptions;
  readonly #notices: Notices;
  readonly #turns: LoopTurns;
  // In the order of their last use.
  readonly #byKey = new Map<string, { readonly rendition: Rendition; readonly lastRender: number }>();
  #renders = 0;

  constructor(options: RenditionOptions, notices: Notices, turns: LoopTurns) {
    this.#options = options;
    this.#notices = notices;
    this.#turns = turns;
  }

  /** The bytes that the kept texts take. */
  get memory(): number {
    return [...this.#byKey.values()].reduce((total, { rendition }) => total + rendition.memory, 0);
  }

  /** Expositions with the same key have the same text. */
  keyOf({ openMetrics, scheme }: Exposition): string {
    const escapes = this.#options.translationStrategy.startsWith('Underscore');
    // Where names have nothing to escape, only `dots` changes them: it doubles underscores.
    const effective = escapes && scheme !== 'dots' ? 'underscores' : scheme;
    return `${openMetrics ? 'openmetrics' : 'text'} ${effective}`;
  }

  async render(metrics: CollectedMetrics, exposition: Exposition): Promise<Snapshot> {
    const key = this.keyOf(exposition);
    const rendition = this.#byKey.get(key)?.rendition ?? new Rendition(exposition, this.#options, this.#notices);
    this.#renders += 1;
    this.#byKey.delete(key);
    this.#byKey.set(key, { rendition, lastRender: this.#renders });
    for (const [other, { lastRender }] of this.#byKey) {
      if (this.#byKey.size > mostRenditions || this.#renders - lastRender > mostOthers) this.#byKey.delete(other);
    }
    return await this.#turns.run(rendition.render(metrics));
  }
}
