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
  // No series last recorded up to this epoch is left, so scans are useless until the epoch is an hour old.
  #oldestStamp = 0;
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

  /** The series that was idle longest, for at least an hour. */
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

  /** Logs once that series go to the overflow. */
  logReached(): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    log.warn(
      `${this.#metric} has reached its cardinality limit of ${this.#limit} series: new series are combined under otel.metric.overflow. Raise the limit with aggregationCardinalityLimit in a view. Logged once.`,
    );
  }
}

/** The series with the oldest last recording. */
function oldestOf(list: readonly Series[], mayEnd: (series: Series) => boolean): Series | undefined {
  let oldest: Series | undefined;
  for (const series of list) {
    if ((oldest === undefined || lastUse(series) < lastUse(oldest)) && mayEnd(series)) oldest = series;
  }
  return oldest;
}

/** The epoch in which a series was last recorded or created. */
function lastUse({ stamp }: Series): number {
  return Math.abs(stamp);
}
