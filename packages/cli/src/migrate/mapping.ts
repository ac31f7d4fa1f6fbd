/** How the metric names of one system come back: a mapping file as it is after reading and checking. */
export interface Mapping {
  /** Names the rule group, and the system in messages. */
  readonly system: string;
  /** Labels of the scrape that every rule keeps: `job` and `instance`, and what the scrape configuration adds. */
  readonly keep: readonly string[];
  /** How often the rules are evaluated, as Prometheus writes a duration. */
  readonly interval: string;
  /** When given, each histogram's own name is recorded too, as its mean over this window. */
  readonly mean: string | undefined;
  readonly rules: readonly MappedMetric[];
  /** Names that are the same on both sides and so need no rule. */
  readonly unchanged: readonly string[];
  /** What cannot come back exactly, and why. */
  readonly exceptions: readonly Exception[];
}

/** One old name. Exactly one of the three ways of getting it is there. */
export type MappedMetric = SeriesRule | HistogramRule | QueryRule;

interface Recorded {
  /** The old name; of a histogram without `_bucket`, `_sum`, `_count`. */
  readonly record: string;
  /** Labels that all its series get. */
  readonly set: Readonly<Record<string, string>>;
  /** The line of the file that the entry begins at. */
  readonly line: number;
}

interface Selected extends Recorded {
  /** Label matchers, as PromQL has them between braces. */
  readonly where: string;
  /** Old label → our label. What is not listed is summed over. */
  readonly labels: Readonly<Record<string, string>>;
  /** Old label → our value → old value. Values that are not listed stay. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What our values are multiplied by: 100 for a percentage, -1 for a sign, 1000 for milliseconds. */
  readonly multiply: number;
}

/** A series of ours under the old name. */
export interface SeriesRule extends Selected {
  readonly kind: 'from';
  readonly from: string;
  readonly aggregate: Aggregation;
  /** Whether it is 0 as long as ours is not there, as a counter without labels was from the bot's start on. */
  readonly zero: boolean;
}

/** A histogram of ours under the old name: `_bucket`, `_sum` and `_count`. */
export interface HistogramRule extends Selected {
  readonly kind: 'histogram';
  readonly histogram: string;
  /** The bounds to bring back, in the old unit; all of ours when empty. */
  readonly buckets: readonly number[];
}

/** PromQL, for what is only meaningful as a query. `<keep>` in it stands for the kept labels. */
export interface QueryRule extends Recorded {
  readonly kind: 'query';
  readonly query: string;
}

/** An old name, or a part of its meaning, that does not come back as it was. */
export interface Exception {
  readonly name: string;
  readonly reason: string;
  /** PromQL that answers the same question. */
  readonly instead: string | undefined;
  /** The line of the file that the entry begins at. */
  readonly line: number;
}

/** How series that differ only in labels that the old name did not have become one. */
export const aggregations = ['sum', 'max', 'min', 'avg'] as const;

/** The name of an aggregation. */
export type Aggregation = (typeof aggregations)[number];
