import { type BoundSum, type Meter, type Settled, whenSettled } from '@trademeter/instrumentation';
import { METRIC_TRADING_FEED_ITEMS } from '@trademeter/semantic-conventions';

/** A number of items. */
export interface FeedItems {
  /** Default: 1. */
  readonly count?: number | undefined;
}

/** Counts the items of a feed, such as news. No verb throws; only errors of the passed function reach the caller. */
export interface Feed {
  /** The name of the source. */
  readonly source: string;
  /** Counts items that were processed. */
  processed(items?: FeedItems): void;
  /** Counts items that were seen before. */
  duplicate(items?: FeedItems): void;
  /** Counts items that could not be processed. */
  failed(items?: FeedItems): void;
  /** Processes one item: calls `handle` once and returns its result. If it throws, the item counts as failed. */
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
