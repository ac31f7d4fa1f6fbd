import { type BoundSum, type Meter, type Settled, whenSettled } from '@trademeter/instrumentation';
import { METRIC_TRADING_FEED_ITEMS } from '@trademeter/semantic-conventions';

/** How many items at once. */
export interface FeedItems {
  /** Default: 1. */
  readonly count?: number | undefined;
}

/** A stream of items, such as news. No verb of it ever throws; only what the given function throws reaches the caller. */
export interface Feed {
  readonly source: string;
  /** Items were new and were dealt with. */
  processed(items?: FeedItems): void;
  /** Items had been seen before. */
  duplicate(items?: FeedItems): void;
  /** Items could not be dealt with. */
  failed(items?: FeedItems): void;
  /** Deals with one item: calls `handle` once and hands on what it gives; counts it as failed when that throws. */
  process<R>(handle: () => R): Settled<R>;
}

interface FeedParts {
  readonly meter: Meter;
  readonly processed: BoundSum;
  readonly duplicate: BoundSum;
  readonly failed: BoundSum;
}

export function createFeed(source: string, { meter, processed, duplicate, failed }: FeedParts): Feed {
  const count = (which: BoundSum) => (items?: FeedItems) => {
    meter.attempt(METRIC_TRADING_FEED_ITEMS, () => which.add(items?.count ?? 1));
  };
  return {
    source,
    processed: count(processed),
    duplicate: count(duplicate),
    failed: count(failed),
    process: (handle) => whenSettled(handle, (failure) => (failure === undefined ? processed : failed).add()),
  };
}
