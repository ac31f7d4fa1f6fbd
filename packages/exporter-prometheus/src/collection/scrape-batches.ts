import type { CollectedMetrics, Exposition, ScrapeBody } from '@trademeter/exposition';
import type { EventLoopBudget } from './event-loop-budget.ts';

interface Group {
  readonly exposition: Exposition;
  readonly waiting: PromiseWithResolvers<ScrapeBody>[];
}

/**
 * ScrapeBatches lets simultaneous scrapes share one collection and one rendering. Scrapes that come during a collection
 * join it; later ones wait for the next.
 */
export class ScrapeBatches {
  readonly #collect: () => Promise<CollectedMetrics>;
  readonly #render: (metrics: CollectedMetrics, exposition: Exposition) => Promise<ScrapeBody>;
  readonly #keyOf: (exposition: Exposition) => string;
  readonly #budget: EventLoopBudget;
  #open: Map<string, Group> | undefined;
  #running = false;

  /** @param keyOf returns the same key for expositions with the same text */
  constructor(
    collect: () => Promise<CollectedMetrics>,
    render: (metrics: CollectedMetrics, exposition: Exposition) => Promise<ScrapeBody>,
    keyOf: (exposition: Exposition) => string,
    budget: EventLoopBudget,
  ) {
    this.#collect = collect;
    this.#render = render;
    this.#keyOf = keyOf;
    this.#budget = budget;
  }

  /** Resolves to a body that is held for the caller, who must release it. */
  scrape(exposition: Exposition): Promise<ScrapeBody> {
    this.#open ??= new Map();
    const key = this.#keyOf(exposition);
    const group = this.#open.get(key) ?? { exposition, waiting: [] };
    this.#open.set(key, group);
    const waiting = Promise.withResolvers<ScrapeBody>();
    group.waiting.push(waiting);
    if (!this.#running) void this.#run();
    return waiting.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#open !== undefined) {
      const batch = this.#open;
      await this.#answer(batch);
      await this.#budget.nextTurn();
    }
    this.#running = false;
  }

  async #answer(batch: ReadonlyMap<string, Group>): Promise<void> {
    let metrics: CollectedMetrics;
    // The time of collecting counts in this turn.
    if (this.#budget.isSpent) await this.#budget.nextTurn();
    try {
      metrics = await this.#collect();
    } catch (error) {
      for (const { waiting } of batch.values()) for (const { reject } of waiting) reject(error);
      return;
    } finally {
      this.#open = undefined;
    }
    for (const { exposition, waiting } of batch.values()) {
      // The SDK collects in one block. If that took long, the event loop gets a turn before rendering.
      if (this.#budget.isSpent) await this.#budget.nextTurn();
      try {
        const body = await this.#render(metrics, exposition);
        for (const { resolve } of waiting) resolve(body.hold());
      } catch (error) {
        for (const { reject } of waiting) reject(error);
      }
    }
  }
}
