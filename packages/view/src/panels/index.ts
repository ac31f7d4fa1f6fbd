/**
 * The panels of the live page and of the dashboards: one list, two renderers. The modules run in browsers and have no
 * other imports.
 */
export { type Board, boards, type Row } from './boards.js';
export {
  type CatalogueAttribute,
  type CatalogueMetric,
  catalogueAttributes,
  catalogueMetrics,
  conventionsVersion,
} from './catalogue.js';
export { conventionDomains, labelOf, metricOf, recorderOf } from './catalogue-lookup.js';
export type { Chart, Panel, PanelSeries, Threshold, Unit, Verdict } from './panel.js';
export { panelOf, panels } from './panels.js';
export { type PromqlOptions, renderPromql } from './promql.js';
export {
  aggregateOf,
  attributesOf,
  type Condition,
  keepsBotsApart,
  type MetricQuery,
  metricQueriesOf,
  type Query,
  type Span,
} from './query.js';
