import type { Attributes } from '@opentelemetry/api';
import type { Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { plainText } from '@trademeter/config';
import { DataPointType } from '@trademeter/metric-store';

/** The visible size of the table. */
export interface TableSize {
  /** Maximum number of series shown. */
  readonly rows: number;
  /** Maximum characters of a line; longer attributes are cut. */
  readonly columns: number;
}

/** A series, ready to compare and show. */
interface Series {
  readonly key: string;
  readonly metric: string;
  readonly unit: string;
  readonly attributes: string;
  /** The compared figure: the value, or the count of a histogram. */
  readonly amount: number;
  readonly value: string;
  readonly isGauge: boolean;
}

/** A table of the series that changed since the previous table. */
export interface MetricTable {
  readonly text: string;
  /** Input for the next table. */
  readonly amounts: ReadonlyMap<string, number>;
}

const headings: readonly string[] = ['METRIC', 'UNIT', 'ATTRIBUTES', 'VALUE', 'CHANGE'];
const gap = '  ';

/**
 * Renders the series that changed.
 *
 * @param before amounts of the previous table; empty for the first table, which shows what is not 0
 * @param at the time in the first line
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
  // Trading metrics first: those of the machine change every time.
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

/** Whether it is about collections and exports, which change every time and are not shown. */
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

/** A new series at 0 has not changed, unless it is a gauge. */
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

/** Attributes without the prefix `trading.`. */
function describeAttributes(attributes: Attributes): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key.replace(/^trading\./u, '')}=${String(value)}`);
  return plainText(pairs.join(' '));
}

/** Six significant digits for fractions, all digits for integers. */
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

/** Estimates a quantile as Prometheus does: values are assumed to be evenly distributed in their bucket. */
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

/** Sizes columns by content; attributes are cut if the line is too long. */
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
