import type { Exposition } from './exposition.ts';
import type { LoopTurns } from './loop-turns.ts';
import type { CollectedMetrics } from './rendition.ts';
import type { Snapshot } from './snapshot.ts';

interface Group {
  readonly exposition: Exposition;
  readonly waiting: PromiseWithResolvers<Snapshot>[];
}

/**
 * Lets scrapes that come together share one collection and one rendering: those that come while metrics are being
 * collected take part in it, later ones wait for the next.
 */
export class ScrapeBatches {
  readonly #collect: () => Promise<CollectedMetrics>;
  readonly #render: (metrics: CollectedMetrics, exposition: Exposition) => Promise<Snapshot>;
  readonly #keyOf: (exposition: Exposition) => string;
  readonly #turns: LoopTurns;
  #open: Map<string, Group> | undefined;
  #running = false;

  /** @param keyOf the same for expositions that have the same text */
  constructor(
    collect: () => Promise<CollectedMetrics>,
    render: (metrics: CollectedMetrics, exposition: Exposition) => Promise<Snapshot>,
    keyOf: (exposition: Exposition) => string,
    turns: LoopTurns,
  ) {
    this.#collect = collect;
    this.#render = render;
    this.#keyOf = keyOf;
    this.#turns = turns;
  }

  /** A snapshot that is held for the caller, who releases it. */
  scrape(exposition: Exposition): Promise<Snapshot> {
    this.#open ??= new Map();
    const key = this.#keyOf(exposition);
    const group = this.#open.get(key) ?? { exposition, waiting: [] };
    this.#open.set(key, group);
    const waiting = Promise.withResolvers<Snapshot>();
    group.waiting.push(waiting);
    if (!this.#running) void this.#run();
    return waiting.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#open !== undefined) {
      const batch = this.#open;
      await this.#answer(batch);
      await this.#turns.next();
    }
    this.#running = false;
  }

  async #answer(batch: ReadonlyMap<string, Group>): Promise<void> {
    let metrics: CollectedMetrics;
    // What collecting takes is part of this turn.
    if (this.#turns.isOver) await this.#turns.next();
    try {
      metrics = await this.#collect();
    } catch (error) {
      for (const { waiting } of batch.values()) for (const { reject } of waiting) reject(error);
      return;
    } finally {
      this.#open = undefined;
    }
    for (const { exposition, waiting } of batch.values()) {
      // Collecting is one block in the SDK. When it took long, the event loop has a turn before rendering begins.
      if (this.#turns.isOver) await this.#turns.next();
      try {
        const snapshot = await this.#render(metrics, exposition);
        for (const { resolve } of waiting) resolve(snapshot.hold());
      } catch (error) {
        for (const { reject } of waiting) reject(error);
      }
    }
  }
}
