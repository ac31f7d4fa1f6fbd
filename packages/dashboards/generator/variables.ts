import { labelOf, metricOf, metricQueriesOf, type Panel } from '@trademeter/view/panels';

/** The name of the data source variable. */
export const datasourceVariable = 'datasource';

/** The data source of every query. */
export const datasourceUid = `\${${datasourceVariable}}`;

/** A dashboard variable with values from Prometheus. Each offers "All", the default. */
export interface QueryVariable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** A `label_values(…)` query. */
  readonly query: string;
  /** The pattern for "All": it must match an absent label, too, where that is possible. */
  readonly allValue: '.+' | '.*';
}

/** A metric that every instrumented bot has from its start: it shows which targets are bots. */
const everyBot = metricOf('trademeter.measurement.dropped').prometheusName;
const chosenBots = 'job=~"$job", instance=~"$instance"';

const mode: QueryVariable = {
  name: 'mode',
  label: 'Mode',
  description: 'live, paper or backtest, as target_info says.',
  query: `label_values(target_info, ${labelOf('trading.mode')})`,
  allValue: '.*',
};

const targets: readonly QueryVariable[] = [
  {
    name: 'job',
    label: 'Job',
    description: 'Job of the scrape, or service name of a bot that pushes.',
    query: `label_values(${everyBot}, job)`,
    allValue: '.+',
  },
  {
    name: 'instance',
    label: 'Instance',
    description: 'Address of the scrape, or instance id of a bot that pushes.',
    query: `label_values(${everyBot}{job=~"$job"}, instance)`,
    allValue: '.+',
  },
];

/** Attributes that dashboards can filter by, if their panels have them. */
const filters: readonly { readonly attribute: string; readonly name: string; readonly label: string }[] = [
  { attribute: 'trading.venue', name: 'venue', label: 'Venue' },
  { attribute: 'trading.symbol', name: 'symbol', label: 'Symbol' },
  { attribute: 'trading.strategy.name', name: 'strategy', label: 'Strategy' },
  { attribute: 'trading.account', name: 'account', label: 'Account' },
  { attribute: 'trading.currency', name: 'currency', label: 'Currency' },
];

/** The variables of a dashboard with these panels, in the order shown, after the data source. */
export function variablesOf(panels: readonly Panel[]): readonly QueryVariable[] {
  const attributes = new Set(
    panels.flatMap(({ series }) =>
      series.flatMap(({ query }) => metricQueriesOf(query).flatMap(({ metric }) => metricOf(metric).attributes)),
    ),
  );
  const used = filters.filter(({ attribute }) => attributes.has(attribute));
  return [
    mode,
    ...targets,
    ...used.map(({ attribute, name, label }): QueryVariable => {
      const key = labelOf(attribute);
      return {
        name,
        label,
        description: `Applies to the panels whose metrics have ${attribute}.`,
        query: `label_values({__name__=~"trading_.+", ${chosenBots}, ${key}!=""}, ${key})`,
        allValue: '.*',
      };
    }),
  ];
}

/** Options for rendering queries: all variables, and ranges that Grafana fills in. */
export const promqlOptions = {
  rateInterval: '$__rate_interval',
  range: '$__range',
  mode: `$${mode.name}`,
  filters: {
    ...Object.fromEntries(targets.map(({ name }) => [name, `$${name}`])),
    ...Object.fromEntries(filters.map(({ attribute, name }) => [attribute, `$${name}`])),
  },
};
