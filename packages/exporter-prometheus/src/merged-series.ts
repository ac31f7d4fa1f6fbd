import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { FamilyMember } from './family.ts';
import type { LabelSets } from './label-set.ts';
import type { Exemplar } from './line-tail.ts';
import { type SeriesValue, sumOf } from './merged-value.ts';
import type { Point } from './metric-text.ts';

/** Points that are one series. */
interface Group {
  readonly labels: string;
  /** What is shown in this collection, at the place of the first of them. */
  shown: MergedPoint | undefined;
  isTold: boolean;
}

/** What several points came to, or one that is alone. */
interface MergedPoint extends Point<SeriesValue> {
  value: SeriesValue;
  exemplars: readonly Exemplar[] | undefined;
  /** Of the points so far. */
  readonly values: SeriesValue[];
  readonly isAdditive: boolean;
  count: number;
}

// How many points are looked at between two places where it may be interrupted.
const pointsTogether = 250;

/** The points of a family's metrics that have the same labels once they are translated, as one series each. */
export class MergedSeries {
  readonly #labels: readonly LabelSets[];
  readonly #tell: (notice: string) => void;
  // By the attributes of each metric's points. Only those that are not alone are in.
  #groups: readonly Map<object, Group>[] = [];

  /**
   * @param labels of each metric
   * @param tell is called once for each series that several points come to
   */
  constructor(labels: readonly LabelSets[], tell: (notice: string) => void) {
    this.#labels = labels;
    this.#tell = tell;
  }

  get isEmpty(): boolean {
    return this.#groups.every(({ size }) => size === 0);
  }

  /** Finds out which points have the same labels. */
  *find(members: readonly FamilyMember[]): Generator<undefined, void> {
    const known = new Map<string, { readonly place: number; readonly attributes: object; group?: Group }>();
    const groups = members.map(() => new Map<object, Group>());
    for (const [place, { metric }] of members.entries()) {
      for (const [index, { attributes }] of metric.dataPoints.entries()) {
        const labels = this.#labels[place]?.text(attributes) ?? '';
        const first = known.get(labels);
        if (first === undefined) {
          known.set(labels, { place, attributes });
        } else {
          first.group ??= { labels, shown: undefined, isTold: false };
          groups[first.place]?.set(first.attributes, first.group);
          groups[place]?.set(attributes, first.group);
        }
        if (index % pointsTogether === 0) yield;
      }
    }
    this.#groups = groups;
  }

  /** The points of each metric, without those that are shown with another one. */
  *merge(members: readonly FamilyMember[]): Generator<undefined, (readonly Point<never>[])[]> {
    const merged: Group[] = [];
    const all: (readonly Point<never>[])[] = [];
    for (const [place, { metric }] of members.entries()) {
      const groups = this.#groups[place];
      if (groups === undefined || groups.size === 0) all.push(pointsOf(metric));
      else all.push(yield* mergedPoints(metric, groups, merged));
    }
    for (const [index, group] of merged.entries()) {
      this.#close(group);
      if (index % pointsTogether === 0) yield;
    }
    return all;
  }

  #close(group: Group): void {
    const { labels, shown, isTold } = group;
    group.shown = undefined;
    if (shown === undefined || shown.count === 1) return;
    const { value, count } = sumOf(shown.values);
    shown.value = value;
    if (isTold) return;
    group.isTold = true;
    const what = count === shown.count ? 'their sum is shown' : 'the first is shown';
    this.#tell(`several series with the labels {${labels}} once they are translated: ${what}`);
  }
}

function* mergedPoints(
  metric: MetricData,
  groups: ReadonlyMap<object, Group>,
  merged: Group[],
): Generator<undefined, readonly Point<never>[]> {
  const points: Point<never>[] = [];
  const isAdditive = metric.dataPointType !== DataPointType.GAUGE;
  for (const [index, point] of pointsOf(metric).entries()) {
    const group = groups.get(point.attributes);
    if (group === undefined) {
      points.push(point);
    } else if (group.shown === undefined) {
      const { attributes, value, endTime, exemplars } = point;
      group.shown = { attributes, value, endTime, exemplars, values: [value], isAdditive, count: 1 };
      points.push(group.shown as Point<unknown> as Point<never>);
      merged.push(group);
    } else {
      addTo(group.shown, point, isAdditive);
    }
    if (index % pointsTogether === 0) yield;
  }
  return points;
}

function addTo(shown: MergedPoint, { value, exemplars }: Point<SeriesValue>, isAdditive: boolean): void {
  shown.count += 1;
  if (!isAdditive || !shown.isAdditive) return;
  shown.values.push(value);
  if (exemplars !== undefined) shown.exemplars = [...(shown.exemplars ?? []), ...exemplars];
}

function pointsOf(metric: MetricData): readonly Point<never>[] {
  const points: readonly Point<unknown>[] = metric.dataPoints;
  // Which points a text takes is known from the type of its family, which TypeScript cannot see.
  return points as readonly Point<never>[];
}
