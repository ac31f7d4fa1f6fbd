import type { Figure } from '@trademeter/instrumentation';

/** Records one risk limit: a position size, an exposure, a number of orders. No verb throws. */
export interface Limit {
  /** What is limited: `gross_exposure`, `orders_per_day`. */
  readonly name: string;
  /** Counts that the limit was reached. */
  hit(): void;
  /** Sets the used share of the limit, until the next call: 0.8 is 80%, and above 1 the limit is exceeded. */
  utilization(ratio: Figure): void;
}
