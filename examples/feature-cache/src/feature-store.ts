import { DatabaseSync } from 'node:sqlite';
import type { CacheMetrics } from '@trademeter/instrumentation-cache';
import { LRUCache } from 'lru-cache';

/** Options of a {@link FeatureStore}. */
export interface FeatureStoreOptions {
  readonly cache: CacheMetrics;
  /** The path of the SQLite file, or `:memory:`. */
  readonly file: string;
  /** How many features are kept in memory. */
  readonly memorySize: number;
}

/**
 * Features by name, symbol and day: read from memory, then from SQLite, which outlives the process, and otherwise
 * calculated.
 */
export class FeatureStore implements Disposable {
  readonly #cache: CacheMetrics;
  readonly #memory: LRUCache<string, number>;
  readonly #database: DatabaseSync;
  readonly #store: (key: string, value: number) => void;
  readonly #find: (key: string) => number | undefined;

  constructor({ cache, file, memorySize }: FeatureStoreOptions) {
    this.#cache = cache;
    const memory = new LRUCache<string, number>({ max: memorySize });
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE IF NOT EXISTS features (key TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID');
    const insert = database.prepare('INSERT OR REPLACE INTO features VALUES (?, ?)');
    const select = database.prepare('SELECT value FROM features WHERE key = ?');

    // Any function that gives undefined when it finds nothing is a layer.
    const fromMemory = cache.layer('l1_memory').wrap((key: string) => memory.get(key));
    const fromDisk = cache.layer('l2_sqlite').wrap((key: string) => select.get(key)?.['value'] as number | undefined);

    // The duration and hit ratio of the whole cache, whichever layer answers.
    this.#find = cache.wrap((key: string) => {
      const inMemory = fromMemory(key);
      if (inMemory !== undefined) return inMemory;
      const onDisk = fromDisk(key);
      if (onDisk !== undefined) memory.set(key, onDisk);
      return onDisk;
    });
    this.#store = (key, value) => {
      memory.set(key, value);
      insert.run(key, value);
    };
    this.#memory = memory;
    this.#database = database;
  }

  /** @param calculate called only when no layer has the feature */
  get(feature: string, symbol: string, day: string, calculate: () => number): number {
    const key = `${feature}/${symbol}/${day}`;
    const known = this.#find(key);
    if (known !== undefined) return known;
    const value = this.#cache.feature(feature).time(calculate);
    this.#store(key, value);
    return value;
  }

  /** How many features are in memory. */
  get size(): number {
    return this.#memory.size;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
