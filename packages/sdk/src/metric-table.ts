import type { Attributes } from '@opentelemetry/api';
import type { Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { plainText } from '@trademeter/config';
import { DataPointType } from '@trademeter/metric-store';

/** How much of the table can be seen. */
export interface TableSize {
  /** The most series that are shown. */
  readonly rows: number;
  /** The most characters of a line; longer attributes are cut. */
  readonly columns: number;
}

/** A series as it is compared and shown. */
interface Series {
  readonly key: string;
  readonly metric: string;
  readonly unit: string;
  readonly attributes: string;
  /** What is compared: a value, or how many values a histogram has. */
  readonly amount: number;
  readonly value: string;
  readonly isGauge: boolean;
}

/** A table to look at: the series that have changed since the table before it. */
export interface MetricTable {
  readonly text: string;
  /** What the next table is compared with. */
  readonly amounts: ReadonlyMap<string, number>;
}

const headings: readonly string[] = ['METRIC', 'UNIT', 'ATTRIBUTES', 'VALUE', 'CHANGE'];
const gap = '  ';

/**
 * Makes a table of what has changed.
 *
 * @param before the amounts of the table before; none for the first table, which shows what is not 0
 * @param at shown in the first line
 */
export function renderTable(
  metrics: ResourceMetrics,
  before: ReadonlyMap<string, number>,
  at: Date,
  size: TableSize,
): MetricTable {
  const all = metrics.scopeMetrics.flatMap(({ scope, metrics: ofScope }) =>
    ofScope.flatMap((metric) => (isOfExports(metric) ? [] : seriesOf(scope.name, metric))),
  );
  const changed = all.filter((series) => hasChanged(series, before.get(series.key)));
  // What is traded comes first, the machine's figures change each time.
  const sorted = changed.toSorted((a, b) => Number(isOfTrading(b)) - Number(isOfTrading(a)));
  const rows = sorted.slice(0, size.rows).map((series) => rowOf(series, before.get(series.key)));
  const hidden = changed.length - rows.length;
  const { 'service.name': serviceName } = metrics.resource.attributes;
  const name = typeof serviceName === 'string' ? plainText(serviceName) : 'metrics';
  const lines = [
    `${name} at ${at.toISOString()}: ${changed.length} of ${all.length} series changed`,
    ...(rows.length === 0 ? [] : align([headings, ...rows], size.columns)),
    ...(hidden === 0 ? [] : [`… and ${hidden} more`]),
  ];
  return { text: `${lines.join('\n')}\n`, amounts: new Map(all.map(({ key, amount }) => [key, amount])) };
}

/** What is recorded about collections and exports changes each time, and is not what one looks for in a table. */
function isOfExports({ descriptor: { name } }: MetricData): boolean {
  return name.startsWith('otel.sdk.') || name.startsWith('trademeter.metric_reader.');
}

function seriesOf(scope: string, metric: MetricData): Series[] {
  const { descriptor } = metric;
  const isGauge = metric.dataPointType === DataPointType.GAUGE;
  return metric.dataPoints.map(({ attributes, value }) => {
    const isNumber = typeof value === 'number';
    return {
      key: JSON.stringify([
        scope,
        descriptor.name,
        Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ]),
      metric: plainText(descriptor.name),
      unit: plainText(descriptor.unit),
      attributes: describeAttributes(attributes),
      amount: isNumber ? value : value.count,
      value: isNumber ? describeNumber(value) : describeHistogram(value),
      isGauge,
    };
  });
}

/** A series that begins at 0 has not changed, unless 0 is what it measures. */
function hasChanged({ amount, isGauge }: Series, before: number | undefined): boolean {
  return before === undefined ? isGauge || amount !== 0 : !Object.is(amount, before);
}

function isOfTrading({ metric }: Series): boolean {
  return metric.startsWith('trading.');
}

function rowOf({ metric, unit, attributes, amount, value }: Series, before: number | undefined): readonly string[] {
  const difference = before === undefined ? undefined : amount - before;
  const sign = difference !== undefined && difference > 0 ? '+' : '';
  const change = difference === undefined ? 'new' : `${sign}${describeNumber(difference)}`;
  return [metric, unit, attributes, value, change];
}

/** Those of the conventions without their common beginning. */
function describeAttributes(attributes: Attributes): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key.replace(/^trading\./u, '')}=${String(value)}`);
  return plainText(pairs.join(' '));
}

/** Six significant digits of a fraction, and all of a whole number. */
function describeNumber(value: number): string {
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function describeHistogram(value: Pick<Histogram, 'count' | 'sum' | 'min' | 'max'> & Partial<Histogram>): string {
  const { count, sum, buckets } = value;
  const figures: (readonly [string, number | undefined])[] = [
    ['count', count],
    ['mean', sum === undefined || count === 0 ? undefined : sum / count],
    ...[50, 95, 99].map((percent) => [`p${percent}`, quantile(value, buckets, percent / 100)] as const),
    ['max', value.max],
  ];
  return figures
    .flatMap(([name, figure]) =>
      figure === undefined || !Number.isFinite(figure) ? [] : `${name}=${describeNumber(figure)}`,
    )
    .join(' ');
}

/** As Prometheus estimates it: values are taken to be spread evenly in their bucket. */
function quantile(
  { count, min, max }: Pick<Histogram, 'count' | 'min' | 'max'>,
  buckets: Histogram['buckets'] | undefined,
  share: number,
): number | undefined {
  if (buckets === undefined || count === 0 || !('boundaries' in buckets)) return undefined;
  const { boundaries, counts } = buckets;
  const rank = share * count;
  let below = 0;
  const index = counts.findIndex((each) => {
    below += each;
    return each > 0 && below >= rank;
  });
  const inBucket = counts[index];
  if (inBucket === undefined) return undefined;
  const from = Math.max(boundaries[index - 1] ?? min ?? 0, min ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(boundaries[index] ?? max ?? from, max ?? Number.POSITIVE_INFINITY);
  return from + ((to - from) * (rank - (below - inBucket))) / inBucket;
}

/** Columns as wide as what is in them; attributes give way. */
function align(rows: readonly (readonly string[])[], columns: number): string[] {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = headings.map((_, column) => widthOf(column));
  const others = widths.reduce((sum, width, column) => sum + (column === 2 ? 0 : width + gap.length), 0);
  widths[2] = Math.min(widths[2] ?? 0, Math.max(columns - others, headings[2]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cut(cell, column === 2 ? widths[2] : undefined).padEnd(widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

function cut(text: string, width = Number.POSITIVE_INFINITY): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
