/** What one system's document defines and prints: facts to check a mapping and the guide against, no text of it. */
export interface Inventory {
  readonly system: string;
  /** The document's file name. Every `line` below is a line of it. */
  readonly document: string;
  readonly metrics: readonly DefinedMetric[];
  readonly expressions: readonly PrintedExpression[];
  readonly environment: readonly Entry[];
  readonly settings: readonly Entry[];
  readonly helpers: readonly Helper[];
  readonly integrations: readonly Entry[];
  readonly commands: readonly Entry[];
  readonly scrapeJobs: readonly ScrapeJob[];
}

export interface Entry {
  readonly name: string;
  readonly line: number;
}

export interface DefinedMetric extends Entry {
  /** The name as Prometheus shows it; a histogram's without `_bucket`, `_sum`, `_count`. */
  readonly name: string;
  /** As the document writes it, where the Python client adds `_total` to that. */
  readonly written?: string;
  readonly type: MetricType;
  /** False when the document does not say the type and it was concluded from the name and the words beside it. */
  readonly typeStated?: false;
  readonly labels: readonly string[];
  /** A histogram's bounds, where the document gives them. */
  readonly buckets?: readonly number[];
}

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface PrintedExpression {
  readonly expression: string;
  readonly kind: 'panel' | 'alert' | 'query';
  readonly line: number;
}

export interface Helper extends Entry {
  readonly kind:
    | 'function'
    | 'batch update'
    | 'context manager'
    | 'decorator'
    | 'middleware'
    | 'metric object'
    | 'test';
  readonly parameters?: readonly string[];
}

export interface ScrapeJob extends Entry {
  /** The labels that the scrape configuration adds to every series. */
  readonly labels: readonly string[];
}

/** The series names that a metric has in Prometheus: three for a histogram. */
export function seriesNames(metric: Pick<DefinedMetric, 'name' | 'type'>): string[] {
  return metric.type === 'histogram'
    ? ['_bucket', '_sum', '_count'].map((suffix) => metric.name + suffix)
    : [metric.name];
}
