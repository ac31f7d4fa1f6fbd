import type { Chart } from '@trademeter/view/panels';

/** The place of a panel in Grafana's grid of 24 columns. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const columns = 24;
const smallCharts: ReadonlySet<Chart> = new Set(['number', 'gauge']);

/** Places the panels of a row from the top left; `y` counts from 0. Every line is filled to its full width. */
export function placesOf(charts: readonly Chart[]): readonly Place[] {
  const places: Place[] = [];
  let y = 0;
  for (const group of groupsOf(charts)) {
    const isSmall = smallCharts.has(group[0] ?? 'lines');
    const h = isSmall ? 5 : 8;
    for (const line of linesOf(group.length, isSmall ? 6 : 3)) {
      const widths = widthsOf(line);
      let x = 0;
      for (const w of widths) {
        places.push({ x, y, w, h });
        x += w;
      }
      y += h;
    }
  }
  return places;
}

/** The height of a row's panels. */
export function heightOf(places: readonly Place[]): number {
  return Math.max(0, ...places.map(({ y, h }) => y + h));
}

/** Groups adjacent panels that are all small or all large. */
function groupsOf(charts: readonly Chart[]): Chart[][] {
  const groups: Chart[][] = [];
  for (const chart of charts) {
    const last = groups.at(-1);
    if (last !== undefined && smallCharts.has(last[0] ?? chart) === smallCharts.has(chart)) last.push(chart);
    else groups.push([chart]);
  }
  return groups;
}

/** The number of panels in each line: as even as possible, and at most `most`. */
function linesOf(count: number, most: number): number[] {
  const lines = Math.ceil(count / most);
  return Array.from({ length: lines }, (_, line) => Math.ceil((count - line) / lines));
}

function widthsOf(count: number): number[] {
  return Array.from(
    { length: count },
    (_, index) => Math.floor((columns * (index + 1)) / count) - Math.floor((columns * index) / count),
  );
}
