import type { BenchmarkSeries } from '../series.ts';

/** A library under test that serves its metrics over HTTP in its documented way. */
export interface Peer {
  /** The URL to scrape. */
  readonly url: string;
  /** Records a value in a series: adds to a counter, sets a gauge, observes in a histogram. */
  record(index: number, value: number): void;
}

/** Starts a library with all series, each recorded once. */
export type StartPeer = (series: readonly BenchmarkSeries[]) => Promise<Peer>;
