import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { type Panel, renderPromql } from '@trademeter/view/panels';
import type { Place } from './layout.ts';
import {
  descriptionOf,
  grafanaUnits,
  intervalOf,
  isInstant,
  lastValue,
  legendOf,
  legendOptions,
  mappingsOf,
  noValueOf,
  tableTransformation,
  thresholdsOf,
} from './presentation.ts';
import { datasourceUid, promqlOptions } from './variables.ts';

/** The data source of every panel, query and variable. */
export const datasource: common.DataSourceRef = { type: 'prometheus', uid: datasourceUid };

type AnyPanelBuilder =
  | bargauge.PanelBuilder
  | heatmap.PanelBuilder
  | stat.PanelBuilder
  | statetimeline.PanelBuilder
  | table.PanelBuilder
  | timeseries.PanelBuilder;

/** Builds a panel in Grafana's classic schema. */
export function buildPanel(panel: Panel, id: number, { x, y, w, h }: Place): dashboard.Panel {
  const builder = visualizationOf(panel)
    .id(id)
    .title(panel.title)
    .description(descriptionOf(panel))
    .datasource(datasource)
    .gridPos({ x, y, w, h })
    .targets(targetsOf(panel))
    .thresholds(thresholdsOf(panel))
    .noValue(noValueOf(panel));
  const { unit, decimals } = grafanaUnits[panel.unit];
  if (panel.chart !== 'heatmap') builder.unit(unit);
  if (decimals !== undefined) builder.decimals(panel.decimals ?? decimals);
  if (panel.min !== undefined) builder.min(panel.min);
  if (panel.max !== undefined) builder.max(panel.max);
  const interval = intervalOf(panel);
  if (interval !== undefined) builder.interval(interval);
  const mappings = mappingsOf(panel);
  if (mappings.length > 0) builder.mappings(mappings);
  if (panel.chart === 'table') builder.withTransformation(tableTransformation(panel));
  return builder.build();
}

/** The queries of a panel. */
function targetsOf(panel: Panel): prometheus.DataqueryBuilder[] {
  return panel.series.map((series, index) => {
    const target = new prometheus.DataqueryBuilder()
      .datasource(datasource)
      .refId(String.fromCodePoint(65 + index))
      .expr(renderPromql(series.query, promqlOptions))
      .legendFormat(legendOf(series))
      .editorMode(prometheus.QueryEditorMode.Code);
    if (panel.chart === 'table') return target.format(prometheus.PromQueryFormat.Table).instant();
    if (panel.chart === 'heatmap') return target.format(prometheus.PromQueryFormat.Heatmap).range();
    return isInstant(panel) ? target.instant() : target.range();
  });
}

function visualizationOf(panel: Panel): AnyPanelBuilder {
  switch (panel.chart) {
    case 'number':
      return new stat.PanelBuilder()
        .reduceOptions(lastValue())
        .colorMode(common.BigValueColorMode.Value)
        .graphMode(common.BigValueGraphMode.None)
        .textMode(panel.series.length === 1 ? common.BigValueTextMode.Auto : common.BigValueTextMode.ValueAndName)
        .orientation(common.VizOrientation.Auto);
    case 'gauge':
      return new bargauge.PanelBuilder()
        .reduceOptions(lastValue())
        .displayMode(common.BarGaugeDisplayMode.Lcd)
        .showUnfilled(true)
        .orientation(common.VizOrientation.Horizontal);
    case 'lines':
      return overTime(panel)
        .drawStyle(common.GraphDrawStyle.Line)
        .lineWidth(1)
        .fillOpacity(panel.stacked ? 30 : 5);
    case 'bars':
      return overTime(panel).drawStyle(common.GraphDrawStyle.Bars).fillOpacity(70);
    case 'heatmap':
      return new heatmap.PanelBuilder()
        .calculate(false)
        .cellGap(1)
        .color(
          new heatmap.HeatmapColorOptionsBuilder()
            .mode(heatmap.HeatmapColorMode.Scheme)
            .scheme('Oranges')
            .steps(64)
            .reverse(false)
            .exponent(0.5)
            .fill('dark-orange'),
        )
        .yAxis(
          new heatmap.YAxisConfigBuilder()
            .unit(grafanaUnits[panel.unit].unit)
            .axisPlacement(common.AxisPlacement.Left)
            .reverse(false),
        )
        .showLegend();
    case 'state':
      return new statetimeline.PanelBuilder()
        .mergeValues(true)
        .showValue(common.VisibilityMode.Auto)
        .rowHeight(0.9)
        .fillOpacity(70)
        .lineWidth(0)
        .legend(legendOptions());
    case 'table':
      return new table.PanelBuilder().showHeader(true);
  }
}

function overTime({ thresholds, stacked }: Panel): timeseries.PanelBuilder {
  const builder = new timeseries.PanelBuilder()
    .legend(legendOptions())
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    )
    .spanNulls(false)
    .showPoints(common.VisibilityMode.Auto)
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        thresholds === undefined ? common.GraphThresholdsStyleMode.Off : common.GraphThresholdsStyleMode.Dashed,
      ),
    );
  return stacked
    ? builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'))
    : builder;
}
