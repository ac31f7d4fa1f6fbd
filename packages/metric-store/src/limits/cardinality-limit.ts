import type { Attributes } from '@opentelemetry/api';
import type { EpochClock } from '../cells/epoch-clock.ts';
import { log } from '../log.ts';
import type { Series } from '../series/series.ts';

/** The attributes of the overflow series. */
export const overflowAttributes: Attributes = Object.freeze({ 'otel.metric.overflow': true });

const idleMillis = 3_600_000;

/**
 * CardinalityLimit limits the series of a stream, overflow included, for the life of the process. At the limit, the series
 * that was idle longest, for at least an hour, makes room. The stream decides which series may end, because not all can
 * return at 0 without harm.
 */
export class CardinalityLimit {
  readonly #metric: string;
  readonly #limit: number;
  readonly #clock: EpochClock;
  // Of the other series, none was last recorded before this epoch, so scans are useless until it is an hour old.
  #oldestStamp = 0;
  // The idle series that the last scan found, the longest idle last. Each scan takes as long as there are series.
  #idle: Series[] = [];
  #idleEpoch = 0;
  #isLogged = false;
  #isUnreadLogged = false;

  constructor(metric: string, limit: number, clock: EpochClock) {
    this.#metric = metric;
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Whether there is no room for another series; the last place is for the overflow. */
  isReached(size: number): boolean {
    return size >= this.#limit - 1;
  }

  /**
   * The series that was idle longest, for at least an hour.
   *
   * @param list called if the series have to be scanned
   */
  findIdle(list: () => readonly Series[], mayEnd: (series: Series) => boolean): Series | undefined {
    this.#clock.tick();
    const lastIdleEpoch = this.#clock.lastEpochBefore(idleMillis);
    if (lastIdleEpoch < this.#idleEpoch) this.#forget(lastIdleEpoch);
    const known = this.#nextIdle(mayEnd);
    if (known !== undefined) return known;
    if (lastIdleEpoch < this.#oldestStamp) return undefined;
    const candidates = list().filter(mayEnd);
    const idle = candidates.filter((series) => lastUse(series) <= lastIdleEpoch);
    this.#idle = idle.toSorted((a, b) => lastUse(a) - lastUse(b)).toReversed();
    this.#idleEpoch = lastIdleEpoch;
    this.#oldestStamp = candidates.reduce((oldest, series) => {
      const stamp = lastUse(series);
      return stamp > lastIdleEpoch && stamp < oldest ? stamp : oldest;
    }, Number.POSITIVE_INFINITY);
    // Without another, the next one is recorded after this epoch.
    if (this.#oldestStamp === Number.POSITIVE_INFINITY) this.#oldestStamp = lastIdleEpoch + 1;
    return this.#nextIdle(mayEnd);
  }

  /** The clock was set back: what the last scan found may not have been idle for an hour. */
  #forget(lastIdleEpoch: number): void {
    this.#idle = [];
    this.#idleEpoch = lastIdleEpoch;
    this.#oldestStamp = 0;
  }

  /** The longest idle of those that the last scan found, unless it has ended or was recorded since. */
  #nextIdle(mayEnd: (series: Series) => boolean): Series | undefined {
    for (;;) {
      const series = this.#idle.pop();
      if (series === undefined) return undefined;
      if (series.index >= 0 && lastUse(series) <= this.#idleEpoch && mayEnd(series)) return series;
    }
  }

  /** Whether a reader has not collected for an hour at least. */
  isIdle({ lastEpoch }: { readonly lastEpoch: number }): boolean {
    return lastEpoch < this.#clock.lastEpochBefore(idleMillis);
  }

  /** Logs, once, that a reader misses the last values of series. */
  logUnread(): void {
    if (this.#isUnreadLogged) return;
    this.#isUnreadLogged = true;
    log.warn(
      `${this.#metric}: a reader has not collected for more than an hour, in which ${this.#limit} series ended. It will miss the last values of the first of them. Logged once.`,
    );
  }

  /** Logs once that series go to the overflow. */
  logReached(): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    log.warn(
      `${this.#metric} has reached its cardinality limit of ${this.#limit} series: new series are combined under otel.metric.overflow. Raise the limit with aggregationCardinalityLimit in a view. Logged once.`,
    );
  }
}

/** The epoch in which a series was last recorded or created. */
function lastUse({ stamp }: Series): number {
  return Math.abs(stamp);
}
