import type { Attributes } from '@opentelemetry/api';
import type { EpochClock } from '../cells/epoch-clock.ts';
import { log } from '../log.ts';
import type { Series } from '../series/series.ts';

/** The attributes of the series that takes what is beyond the limit. */
export const overflowAttributes: Attributes = Object.freeze({ 'otel.metric.overflow': true });

const idleMillis = 3_600_000;

/**
 * Holds a stream to a number of series, that of the overflow included, for the life of the process. When it is reached,
 * a series that has been idle for an hour makes room, the one that was idle longest first; only a series that may come
 * back at 0 without harm does, so the stream says which.
 */
export class CardinalityLimit {
  readonly #metric: string;
  readonly #limit: number;
  readonly #clock: EpochClock;
  // No series recorded up to here is left; no scan finds one until this epoch is an hour past.
  #oldestStamp = 0;
  #isLogged = false;
  #isUnreadLogged = false;

  constructor(metric: string, limit: number, clock: EpochClock) {
    this.#metric = metric;
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Whether one more series would be one too many, the last place being that of the overflow. */
  isReached(size: number): boolean {
    return size >= this.#limit - 1;
  }

  /** The series that has been idle longest, and for an hour at least. */
  findIdle(list: readonly Series[], mayEnd: (series: Series) => boolean): Series | undefined {
    this.#clock.tick();
    const lastIdleEpoch = this.#clock.lastEpochBefore(idleMillis);
    if (lastIdleEpoch < this.#oldestStamp) return undefined;
    const idle = oldestOf(list, mayEnd);
    this.#oldestStamp = idle === undefined ? lastIdleEpoch + 1 : lastUse(idle);
    return idle !== undefined && lastUse(idle) <= lastIdleEpoch ? idle : undefined;
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

  /** Logs, once, that series go to the overflow. */
  logReached(): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    log.warn(
      `${this.#metric} has reached its cardinality limit of ${this.#limit} series: new series are combined under otel.metric.overflow. Raise the limit with aggregationCardinalityLimit in a view. Logged once.`,
    );
  }
}

/** The series whose last recording is the longest ago. */
function oldestOf(list: readonly Series[], mayEnd: (series: Series) => boolean): Series | undefined {
  let oldest: Series | undefined;
  for (const series of list) {
    if ((oldest === undefined || lastUse(series) < lastUse(oldest)) && mayEnd(series)) oldest = series;
  }
  return oldest;
}

/** The epoch in which a series was last recorded, or made. */
function lastUse({ stamp }: Series): number {
  return Math.abs(stamp);
}
