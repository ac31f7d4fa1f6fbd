import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as dashboardv2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import { type Board, boards, labelOf, panelOf, renderPromql } from '@trademeter/view/panels';
import { buildPanel, datasource } from './classic-panel.ts';
import { heightOf, type Place, placesOf } from './layout.ts';
import { datasourceUid, datasourceVariable, promqlOptions, type QueryVariable, variablesOf } from './variables.ts';

// The version of Grafana 9; later ones upgrade it on loading. The SDK's default is that of the newest Grafana.
const classicSchemaVersion = 36;
const tag = 'trademeter';
const refresh = '30s';
const from = 'now-6h';

/** The stable id of a dashboard, in links and in Grafana's database. */
export function uidOf({ id }: Pick<Board, 'id'>): string {
  return `${tag}-${id}`;
}

function titleOf({ title }: Board): string {
  return `Trading bot / ${title}`;
}

function tagsOf({ kind }: Board): string[] {
  return [tag, kind];
}

interface PlacedRow {
  readonly title: string;
  readonly isCollapsed: boolean;
  readonly panels: readonly {
    readonly id: number;
    readonly panel: ReturnType<typeof panelOf>;
    readonly place: Place;
  }[];
}

/** Rows with their panels' ids and places, relative to the top of the row. */
function placedRows({ rows }: Board): PlacedRow[] {
  let id = 0;
  return rows.map((row) => {
    const panels = row.panels.map(panelOf);
    const places = placesOf(panels.map(({ chart }) => chart));
    return {
      title: row.title,
      isCollapsed: row.collapsed === true,
      panels: places.flatMap((place, index) => {
        const panel = panels[index];
        if (panel === undefined) return [];
        id += 1;
        return [{ id, panel, place }];
      }),
    };
  });
}

function variables(board: Board): readonly QueryVariable[] {
  return variablesOf(board.rows.flatMap((row) => row.panels.map(panelOf)));
}

/** Annotations on every time axis for breaker trips. */
const tripsName = 'Breaker trips';
const tripsExpression = `${renderPromql(
  { kind: 'increase', metric: 'trading.breaker.trips', by: ['trading.breaker.name', 'job', 'instance'], over: 'step' },
  promqlOptions,
)} > 0`;
const tripsFormats = {
  titleFormat: `Breaker {{${labelOf('trading.breaker.name')}}} tripped`,
  textFormat: '{{job}} {{instance}}',
  tagKeys: labelOf('trading.breaker.name'),
};

function buildClassic(board: Board): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(titleOf(board))
    .uid(uidOf(board))
    .description(board.description)
    .tags(tagsOf(board))
    .readonly()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .time({ from, to: 'now' })
    .refresh(refresh)
    .link(
      new dashboard.DashboardLinkBuilder('Trading bot')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true)
        .icon('external link'),
    )
    .annotation(
      new dashboard.AnnotationQueryBuilder()
        .name(tripsName)
        .datasource(datasource)
        .enable(true)
        .iconColor('red')
        .expr(tripsExpression)
        .step('1m')
        .titleFormat(tripsFormats.titleFormat)
        .textFormat(tripsFormats.textFormat)
        .tagKeys(tripsFormats.tagKeys),
    )
    .withVariable(new dashboard.DatasourceVariableBuilder(datasourceVariable).label('Data source').type('prometheus'));
  for (const { name, label, description, query, allValue } of variables(board)) {
    builder.withVariable(
      new dashboard.QueryVariableBuilder(name)
        .label(label)
        .description(description)
        .datasource(datasource)
        .query(query)
        .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
        .sort(dashboard.VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue(allValue)
        .current({ selected: true, text: ['All'], value: ['$__all'] }),
    );
  }
  const built = builder.build();
  return { ...built, schemaVersion: classicSchemaVersion, version: 1, panels: classicPanels(board) };
}

/** Rows and panels from top to bottom; a collapsed row contains its panels. */
function classicPanels(board: Board): (dashboard.Panel | dashboard.RowPanel)[] {
  const panels: (dashboard.Panel | dashboard.RowPanel)[] = [];
  let top = 0;
  const rows = placedRows(board);
  let rowId = rows.reduce((count, row) => count + row.panels.length, 0);
  for (const { title, isCollapsed, panels: placed } of rows) {
    rowId += 1;
    const below = top + 1;
    const built = placed.map(({ id, panel, place }) => buildPanel(panel, id, { ...place, y: below + place.y }));
    const row = new dashboard.RowBuilder(title)
      .id(rowId)
      .collapsed(isCollapsed)
      .gridPos({ x: 0, y: top, w: 24, h: 1 })
      .build();
    panels.push({ ...row, panels: isCollapsed ? built : [] }, ...(isCollapsed ? [] : built));
    top = below + (isCollapsed ? 0 : heightOf(placed.map(({ place }) => place)));
  }
  return panels;
}

/** Builds a resource of Grafana's dashboard API v2. */
function buildV2(board: Board): object {
  const builder = new dashboardv2.DashboardBuilder(titleOf(board))
    .description(board.description)
    .tags(tagsOf(board))
    .editable(false)
    .cursorSync(dashboardv2.DashboardCursorSync.Crosshair)
    .timeSettings(new dashboardv2.TimeSettingsBuilder().from(from).to('now').autoRefresh(refresh))
    .links([
      new dashboardv2.DashboardLinkBuilder()
        .title('Trading bot')
        .type(dashboardv2.DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true)
        .icon('external link')
        .tooltip('')
        .targetBlank(false),
    ])
    .annotations([
      new dashboardv2.AnnotationQueryBuilder()
        .name(tripsName)
        .enable(true)
        .hide(false)
        .iconColor('red')
        .query(new prometheus.QueryV2Builder().datasource({ name: datasourceUid }).expr(tripsExpression).interval('1m'))
        .legacyOptions(tripsFormats),
    ])
    .variables([
      new dashboardv2.DatasourceVariableBuilder(datasourceVariable).label('Data source').pluginId('prometheus'),
      ...variables(board).map(({ name, label, description, query, allValue }) =>
        new dashboardv2.QueryVariableBuilder(name)
          .label(label)
          .description(description)
          .query(variableQuery(query))
          .definition(query)
          .refresh(dashboardv2.VariableRefresh.OnTimeRangeChanged)
          .sort(dashboardv2.VariableSort.AlphabeticalAsc)
          .multi(true)
          .includeAll(true)
          .allValue(allValue)
          .current({ selected: true, text: ['All'], value: ['$__all'] }),
      ),
    ]);
  const rows = placedRows(board);
  for (const { panels } of rows) for (const placed of panels) builder.element(`panel-${placed.id}`, elementOf(placed));
  builder.layout(
    new dashboardv2.RowsBuilder().rows(
      rows.map(({ title, isCollapsed, panels }) =>
        new dashboardv2.RowBuilder()
          .title(title)
          .collapse(isCollapsed)
          .layout(
            new dashboardv2.GridBuilder().items(
              panels.map(({ id, place: { x, y, w, h } }) =>
                new dashboardv2.GridItemBuilder().name(`panel-${id}`).x(x).y(y).width(w).height(h),
              ),
            ),
          ),
      ),
    ),
  );
  return dashboardv2.manifest(uidOf(board), builder).build();
}

/** Grafana's Prometheus data source takes a variable's query as text. */
function variableQuery(query: string): { build(): dashboardv2.DataQueryKind } {
  return {
    build: () => ({
      kind: 'DataQuery',
      group: 'prometheus',
      version: 'v0',
      datasource: { name: datasourceUid },
      spec: { query, refId: 'values' },
    }),
  };
}

/** Builds a panel in the v2 schema, with the same queries, options and field configuration. */
function elementOf({ id, panel, place }: PlacedRow['panels'][number]): dashboardv2.PanelBuilder {
  const built = buildPanel(panel, id, place);
  const { type, title = '', description = '', fieldConfig, targets = [], transformations = [] } = built;
  const options: unknown = built.options;
  const group = new dashboardv2.QueryGroupBuilder().targets(
    targets.map((target) => {
      const { expr, refId = '', legendFormat, format, instant, range } = target as prometheus.Dataquery;
      const query = new prometheus.QueryV2Builder().datasource({ name: datasourceUid }).expr(expr).refId(refId);
      if (legendFormat !== undefined) query.legendFormat(legendFormat);
      if (format !== undefined) query.format(format);
      query
        .instant(instant === true)
        .range(range === true)
        .editorMode(prometheus.QueryEditorMode.Code);
      return new dashboardv2.TargetBuilder().refId(refId).hidden(false).query(query);
    }),
  );
  if (built.interval !== undefined) {
    group.queryOptions(new dashboardv2.QueryOptionsSpecBuilder().interval(built.interval));
  }
  for (const transformation of transformations) {
    group.transformation(
      new dashboardv2.TransformationBuilder().group(transformation.id).options(transformation.options),
    );
  }
  return new dashboardv2.PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .data(group)
    .visualization(
      new dashboardv2.VizConfigKindBuilder()
        .group(type)
        .options(options)
        // the two schemas describe the same configuration with separate enums
        .fieldConfig(fieldConfig as unknown as dashboardv2.FieldConfigSource),
    );
}

/** The dashboards of all boards. */
export const builtDashboards = boards.map((board) => ({
  board,
  classic: buildClassic(board),
  v2: buildV2(board),
}));
