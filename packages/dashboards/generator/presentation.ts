import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import {
  attributesOf,
  keepsBotsApart,
  labelOf,
  metricQueriesOf,
  type Panel,
  type Unit,
  type Verdict,
} from '@trademeter/view/panels';

/** Grafana's name of a unit, and its number of decimals; without a number, Grafana decides. */
export const grafanaUnits: Readonly<Record<Unit, { readonly unit: string; readonly decimals?: number }>> = {
  seconds: { unit: 's' },
  share: { unit: 'percentunit' },
  money: { unit: 'locale', decimals: 2 },
  count: { unit: 'locale', decimals: 0 },
  perSecond: { unit: 'cps' },
  perMinute: { unit: 'cpm' },
  perHour: { unit: 'short' },
  bytes: { unit: 'bytes' },
  basisPoints: { unit: 'none', decimals: 1 },
  number: { unit: 'none', decimals: 2 },
  state: { unit: 'none', decimals: 0 },
};

/** Colours that are distinct with either kind of red-green blindness. */
const colors: Readonly<Record<Verdict, string>> = {
  neutral: 'text',
  good: 'green',
  attention: 'orange',
  bad: 'red',
};

export function thresholdsOf(panel: Panel): dashboard.ThresholdsConfigBuilder {
  const steps = panel.thresholds ?? [{ verdict: 'neutral' as const }];
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(({ from, verdict }) => ({ value: from ?? null, color: colors[verdict] })));
}

export function mappingsOf({ states = [] }: Panel): dashboard.ValueMapping[] {
  if (states.length === 0) return [];
  const options = Object.fromEntries(
    states.map(({ text, verdict }, index) => [String(index), { text, color: colors[verdict], index }]),
  );
  return [{ type: dashboard.MappingType.ValueToText, options }];
}

/** The legend of a series, with the mode and, if bots are kept apart, the bot. */
export function legendOf({ query, legend }: Panel['series'][number]): string {
  if (query.kind === 'buckets') return '{{le}}';
  const attributes = attributesOf(query);
  const own = legend.replaceAll(/\{([^}]+)\}/gu, (_, attribute: string) => `{{${labelOf(attribute)}}}`);
  // Prometheus' own series about scrapes, and counts of series, have no mode
  const readings = metricQueriesOf(query);
  const isOfScrape = readings.length === 0 || readings.some(({ metric }) => !metric.includes('.'));
  const bot = keepsBotsApart(query) && !own.includes('{{instance}}') ? ' {{instance}}' : '';
  return isOfScrape || attributes.includes('trading.mode') ? own : `${own} · {{${labelOf('trading.mode')}}}${bot}`;
}

/** The text behind a panel's `i`: what it shows, and what to do when it looks bad. */
export function descriptionOf({ description, action }: Panel): string {
  return `${description}\n\n${action}`;
}

export function noValueOf({ absentUntil }: Panel): string {
  return `No data until ${absentUntil}`;
}

/**
 * The minimum interval between the points of a panel that counts events: `$__rate_interval` is one scrape longer than
 * it, so that an event does not appear in several bars.
 */
export function intervalOf({ chart }: Panel): string | undefined {
  return chart === 'bars' || chart === 'heatmap' ? '1m' : undefined;
}

/** Whether the panel shows the newest value instead of a history. */
export function isInstant({ chart }: Panel): boolean {
  return chart === 'number' || chart === 'gauge' || chart === 'table';
}

/** A table of each series' labels and value, without the time. */
export function tableTransformation(panel: Panel): dashboard.DataTransformerConfig {
  const attributes = panel.series.flatMap(({ query }) => attributesOf(query));
  const renamed = Object.fromEntries(attributes.map((attribute) => [labelOf(attribute), attribute]));
  return {
    id: 'organize',
    options: {
      excludeByName: { Time: true },
      renameByName: { ...renamed, [labelOf('trading.mode')]: 'trading.mode', Value: panel.title },
    },
  };
}

export function legendOptions(): common.VizLegendOptionsBuilder {
  return new common.VizLegendOptionsBuilder()
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
}

export function lastValue(): common.ReduceDataOptionsBuilder {
  return new common.ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields('');
}
