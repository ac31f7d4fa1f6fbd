import { labelOf, metricOf, metricQueriesOf, type Panel } from '@trademeter/view/panels';

/** The name of the variable that holds the data source. */
export const datasourceVariable = 'datasource';

/** The data source of every query. */
export const datasourceUid = `\${${datasourceVariable}}`;

/** A variable of a dashboard whose values Prometheus knows. Each offers "All", which is chosen at first. */
export interface QueryVariable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** A `label_values(…)` query. */
  readonly query: string;
  /** What "All" is: where a label may be absent, it must match that too. */
  readonly allValue: '.+' | '.*';
}

/** A measurement that every instrumented bot has, from its start on: it says which targets are bots. */
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

/** Attributes that dashboards filter by, where their panels have them. */
const filters: readonly { readonly attribute: string; readonly name: string; readonly label: string }[] = [
  { attribute: 'trading.venue', name: 'venue', label: 'Venue' },
  { attribute: 'trading.symbol', name: 'symbol', label: 'Symbol' },
  { attribute: 'trading.strategy.name', name: 'strategy', label: 'Strategy' },
  { attribute: 'trading.account', name: 'account', label: 'Account' },
  { attribute: 'trading.currency', name: 'currency', label: 'Currency' },
];

/** The variables of a dashboard with these panels, in the order in which they are shown; the data source comes before. */
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

/** How queries are rendered: with all the variables, and spans that Grafana fills in. */
export const promqlOptions = {
  rateInterval: '$__rate_interval',
  range: '$__range',
  mode: `$${mode.name}`,
  filters: {
    ...Object.fromEntries(targets.map(({ name }) => [name, `$${name}`])),
    ...Object.fromEntries(filters.map(({ attribute, name }) => [attribute, `$${name}`])),
  },
};
