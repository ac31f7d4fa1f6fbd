import { type Board, labelOf, metricOf, metricQueriesOf, type Panel } from '@trademeter/view/panels';

const place = 'packages/view/src/panels';

/** One sentence for each name in a panel or board that does not exist. */
export function panelProblems(panels: readonly Panel[], boards: readonly Board[]): string[] {
  const ids = new Set(panels.map(({ id }) => id));
  const problems = [
    ...panels.flatMap(({ id, series }) => {
      return series.flatMap(({ query }) =>
        metricQueriesOf(query).flatMap(({ metric, by = [], where = {} }) => [
          ...problemsWith(id, () => metricOf(metric)),
          ...[...by, ...Object.keys(where)].flatMap((key) => problemsWith(id, () => labelOf(key))),
        ]),
      );
    }),
    ...boards.flatMap(({ id, rows }) => {
      const unknown = rows.flatMap((row) => row.panels).filter((panel) => !ids.has(panel));
      return unknown.map((panel) => `${place}: the board ${id}: there is no panel ${JSON.stringify(panel)}`);
    }),
  ];
  // a panel may read a metric more than once, as percentiles do
  return [...new Set(problems)];
}

function problemsWith(panel: string, find: () => unknown): string[] {
  try {
    find();
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [`${place}: the panel ${panel}: ${error.message}`];
  }
}
