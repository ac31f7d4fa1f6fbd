/** Mapping says how the metric names of one system are restored: a mapping file after reading and checking. */
export interface Mapping {
  /** Names the rule group, and the system in messages. */
  readonly system: string;
  /** Labels of the scrape that every rule keeps: `job`, `instance`, and those that the scrape configuration adds. */
  readonly keep: readonly string[];
  /** The evaluation interval, as a Prometheus duration. */
  readonly interval: string;
  /** If set, each histogram's bare name is recorded as well, as its mean over this window. */
  readonly mean: string | undefined;
  readonly rules: readonly MappedMetric[];
  /** Names that are the same on both sides, and so need no rule. */
  readonly unchanged: readonly string[];
  /** What cannot be restored exactly, and why. */
  readonly exceptions: readonly Exception[];
}

/** One old name, from exactly one of three sources. */
export type MappedMetric = SeriesRule | HistogramRule | QueryRule;

interface Recorded {
  /** The old name; for a histogram without `_bucket`, `_sum`, `_count`. */
  readonly record: string;
  /** Labels that all series of it get. */
  readonly set: Readonly<Record<string, string>>;
  /** The line of the file where the entry begins. */
  readonly line: number;
}

interface Selected extends Recorded {
  /** Label matchers, in PromQL's syntax between braces. */
  readonly where: string;
  /** Old label → our label. All other labels are summed over. */
  readonly labels: Readonly<Record<string, string>>;
  /** Old label → our value → old value. Values that are not listed stay. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The factor for our values: 100 for a percentage, -1 for a sign, 1000 for milliseconds. */
  readonly multiply: number;
}

/** One of our series under the old name. */
export interface SeriesRule extends Selected {
  readonly kind: 'from';
  readonly from: string;
  readonly aggregate: Aggregation;
  /** Whether it is 0 until ours exists, as a counter without labels was from the bot's start. */
  readonly zero: boolean;
}

/** One of our histograms under the old name: `_bucket`, `_sum` and `_count`. */
export interface HistogramRule extends Selected {
  readonly kind: 'histogram';
  readonly histogram: string;
  /** The bounds to restore, in the old unit; all of ours if empty. */
  readonly buckets: readonly number[];
}

/** A PromQL query. `<keep>` in it stands for the kept labels. */
export interface QueryRule extends Recorded {
  readonly kind: 'query';
  readonly query: string;
}

/** An old name, or a part of its meaning, that cannot be restored exactly. */
export interface Exception {
  readonly name: string;
  readonly reason: string;
  /** PromQL that answers the same question. */
  readonly instead: string | undefined;
  /** The line of the file where the entry begins. */
  readonly line: number;
}

/** How to merge series that differ only in labels that the old name did not have. */
export const aggregations = ['sum', 'max', 'min', 'avg'] as const;

/** The name of an aggregation. */
export type Aggregation = (typeof aggregations)[number];
