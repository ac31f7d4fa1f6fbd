import type { BenchmarkSeries } from '../series.ts';

/** A library under test, which serves its metrics over HTTP as its documentation says to. */
export interface Peer {
  /** Where it is scraped. */
  readonly url: string;
  /** Records a value in a series: adds to a counter, sets a gauge, observes in a histogram. */
  record(index: number, value: number): void;
}

/** Makes a library keep all of the series, each recorded once. */
export type StartPeer = (series: readonly BenchmarkSeries[]) => Promise<Peer>;
