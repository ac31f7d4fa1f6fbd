import type { LabelSets } from '../labels/label-set.ts';
import type { Exemplar } from '../lines/sample-suffix.ts';
import { type SeriesValue, sumOf } from '../metrics/merged-value.ts';
import type { Metric, Point } from '../metrics/metric.ts';
import { PointMetric } from '../metrics/point-metric.ts';

/** Series with the same labels after translation. */
interface Group {
  readonly labels: string;
  /** The value in this collection, written in place of the first series. */
  shown: MergedPoint | undefined;
  isReported: boolean;
}

/** Several points merged into one, or a single point. */
interface MergedPoint extends Point {
  value: SeriesValue;
  exemplars: readonly Exemplar[] | undefined;
  /** The points that can be added up, the first included. */
  readonly parts: Point[];
  readonly isAdditive: boolean;
  /** The number of all points. */
  count: number;
}

// The number of series between two points where the generator may be interrupted.
const seriesTogether = 250;

/** MergedSeries exports series of a family that have the same labels after translation as one series each. */
export class MergedSeries {
  readonly #labels: readonly LabelSets[];
  readonly #warn: (notice: string) => void;
  // By the keys of each metric's series; only series that share their labels.
  #groups: readonly Map<object, Group>[] = [];
  #count = 0;

  /**
   * @param labels the labels of each metric
   * @param warn called once for each set of labels that several series share
   */
  constructor(labels: readonly LabelSets[], warn: (notice: string) => void) {
    this.#labels = labels;
    this.#warn = warn;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Finds the series with equal labels. */
  *find(metrics: readonly Metric[]): Generator<undefined, void> {
    const known = new Map<string, { readonly place: number; readonly key: object; group?: Group }>();
    const groups = metrics.map(() => new Map<object, Group>());
    let count = 0;
    for (const [place, metric] of metrics.entries()) {
      for (let index = 0; index < metric.count; index += 1) {
        const labels = this.#labels[place]?.text(metric.attributesOf(index)) ?? '';
        const key = metric.keyOf(index);
        const first = known.get(labels);
        if (first === undefined) {
          known.set(labels, { place, key });
        } else {
          if (first.group === undefined) count += 1;
          first.group ??= { labels, shown: undefined, isReported: false };
          groups[first.place]?.set(first.key, first.group);
          groups[place]?.set(key, first.group);
        }
        if (index % seriesTogether === 0) yield;
      }
    }
    this.#groups = groups;
    this.#count = count;
  }

  /** Returns the metrics without series that were merged into another one. */
  *merge(metrics: readonly Metric[]): Generator<undefined, readonly Metric[]> {
    if (this.isEmpty) return metrics;
    const merged: Group[] = [];
    const all: Metric[] = [];
    for (const [place, metric] of metrics.entries()) {
      const groups = this.#groups[place];
      if (groups === undefined || groups.size === 0) all.push(metric);
      else all.push(yield* mergedMetric(metric, groups, merged));
    }
    const together = new Set<Group>();
    for (const [index, group] of merged.entries()) {
      if (this.#close(group)) together.add(group);
      if (index % seriesTogether === 0) yield;
    }
    yield* this.#dropOthers(together);
    return all;
  }

  /** @returns whether the group still has several points */
  #close(group: Group): boolean {
    const { labels, shown, isReported } = group;
    group.shown = undefined;
    if (shown === undefined || shown.count === 1) return false;
    const { value, added } = sumOf(shown.parts);
    shown.value = value;
    shown.exemplars = exemplarsOf(added);
    if (!isReported) {
      group.isReported = true;
      const what = added.length === shown.count ? 'their sum is exported' : 'the first is exported';
      this.#warn(`several series with the labels {${labels}} after translation: ${what}`);
    }
    return true;
  }

  /** Drops groups that ended or have a single series again. */
  *#dropOthers(together: ReadonlySet<Group>): Generator<undefined, void> {
    if (together.size === this.#count) return;
    this.#count = together.size;
    for (const groups of this.#groups) {
      let index = 0;
      for (const [key, group] of groups) {
        if (!together.has(group)) groups.delete(key);
        if ((index += 1) % seriesTogether === 0) yield;
      }
    }
  }
}

function* mergedMetric(
  metric: Metric,
  groups: ReadonlyMap<object, Group>,
  merged: Group[],
): Generator<undefined, Metric> {
  const { scope, descriptor, kind } = metric;
  const points: Point[] = [];
  const isAdditive = kind !== 'gauge';
  for (let index = 0; index < metric.count; index += 1) {
    const point = metric.pointOf(index);
    const group = groups.get(point.key);
    if (group === undefined) {
      points.push(point);
    } else if (group.shown === undefined) {
      group.shown = { ...point, parts: [point], isAdditive, count: 1 };
      points.push(group.shown);
      merged.push(group);
    } else {
      addTo(group.shown, point, isAdditive);
    }
    if (index % seriesTogether === 0) yield;
  }
  return new PointMetric({ scope, descriptor, kind, points });
}

function addTo(shown: MergedPoint, point: Point, isAdditive: boolean): void {
  shown.count += 1;
  if (isAdditive && shown.isAdditive) shown.parts.push(point);
}

function exemplarsOf(points: readonly Point[]): readonly Exemplar[] | undefined {
  const exemplars = points.flatMap((point) => point.exemplars ?? []);
  return exemplars.length === 0 ? undefined : exemplars;
}
