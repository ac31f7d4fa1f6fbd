import { DatabaseSync } from 'node:sqlite';
import type { CacheMetrics } from '@trademeter/instrumentation-cache';
import { LRUCache } from 'lru-cache';

/** Features by day: from memory, then from SQLite, otherwise calculated. */
export class FeatureStore {
  readonly #cache: CacheMetrics;
  readonly #memory = new LRUCache<string, number>({ max: 64 });
  readonly #database = new DatabaseSync(':memory:');
  readonly #insert;
  readonly #fromMemory;
  readonly #fromDatabase;

  constructor(cache: CacheMetrics) {
    this.#cache = cache;
    this.#database.exec('CREATE TABLE features (key TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID');
    this.#insert = this.#database.prepare('INSERT OR REPLACE INTO features VALUES (?, ?)');
    const select = this.#database.prepare('SELECT value FROM features WHERE key = ?');
    this.#fromMemory = cache.layer('l1_memory').wrap((key: string) => this.#memory.get(key));
    this.#fromDatabase = cache
      .layer('l2_sqlite')
      .wrap((key: string) => select.get(key)?.['value'] as number | undefined);
  }

  /** @param calculate called if no layer has the feature of that day */
  get(feature: string, date: string, calculate: () => number): number {
    const key = `${feature}:${date}`;
    return this.#cache.query((query) => {
      const known = this.#fromMemory(key) ?? this.#fromDatabase(key);
      if (known !== undefined) {
        this.#memory.set(key, known);
        return known;
      }
      query.miss();
      const value = this.#cache.feature(feature).time(calculate);
      this.#memory.set(key, value);
      this.#insert.run(key, value);
      return value;
    });
  }

  /** Whether the database answers. */
  ping(): boolean {
    return this.#database.prepare('SELECT 1').get() !== undefined;
  }
}
