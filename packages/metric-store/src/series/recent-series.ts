import type { Series } from './series.ts';

// A power of 2.
const places = 64;

/**
 * RecentSeries caches the series found last, by the one number in which their attributes differ. A version stands for all
 * other attributes; entries of other versions are not found.
 */
export class RecentSeries {
  readonly #ids = new Int32Array(places);
  readonly #versions = new Float64Array(places);
  readonly #series: (Series | undefined)[] = Array.from({ length: places }, () => undefined);

  find(id: number, version: number): Series | undefined {
    const at = id & (places - 1);
    return this.#ids[at] === id && this.#versions[at] === version ? this.#series[at] : undefined;
  }

  keep(id: number, version: number, series: Series): void {
    const at = id & (places - 1);
    this.#ids[at] = id;
    this.#versions[at] = version;
    this.#series[at] = series;
  }

  clear(): void {
    this.#series.fill(undefined);
  }
}
