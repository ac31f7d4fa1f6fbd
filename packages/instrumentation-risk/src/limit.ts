/** A limit that the bot keeps: a position size, an exposure, a number of orders. No verb of it ever throws. */
export interface Limit {
  readonly name: string;
  /** The limit stopped something. */
  hit(): void;
  /** How much of the limit is used: 0.8 is 80%, above 1 it is exceeded. Stands until it is set again. */
  utilization(ratio: number): void;
}
