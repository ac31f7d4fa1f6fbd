import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { FamilyMember } from '../families/family.ts';
import type { LabelSets } from '../labels/label-set.ts';
import type { Point } from '../lines/metric-lines.ts';
import type { Exemplar } from '../lines/sample-suffix.ts';
import { type SeriesValue, sumOf } from './merged-value.ts';

/** Points that are one series. */
interface Group {
  readonly labels: string;
  /** What is shown in this collection, at the place of the first of them. */
  shown: MergedPoint | undefined;
  isReported: boolean;
}

/** What several points came to, or one that is alone. */
interface MergedPoint extends Point<SeriesValue> {
  value: SeriesValue;
  exemplars: readonly Exemplar[] | undefined;
  /** Those that may be added up, the first among them. */
  readonly parts: Point<SeriesValue>[];
  readonly isAdditive: boolean;
  /** Of all points. */
  count: number;
}

// How many points are looked at between two places where it may be interrupted.
const pointsTogether = 250;

/** The points of a family's metrics that have the same labels once they are translated, as one series each. */
export class MergedSeries {
  readonly #labels: readonly LabelSets[];
  readonly #warn: (notice: string) => void;
  // By the attributes of each metric's points. Only those that are not alone are in.
  #groups: readonly Map<object, Group>[] = [];
  #count = 0;

  /**
   * @param labels of each metric
   * @param warn is called once for each series that several points come to
   */
  constructor(labels: readonly LabelSets[], warn: (notice: string) => void) {
    this.#labels = labels;
    this.#warn = warn;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Finds out which points have the same labels. */
  *find(members: readonly FamilyMember[]): Generator<undefined, void> {
    const known = new Map<string, { readonly place: number; readonly attributes: object; group?: Group }>();
    const groups = members.map(() => new Map<object, Group>());
    let count = 0;
    for (const [place, { metric }] of members.entries()) {
      for (const [index, { attributes }] of metric.dataPoints.entries()) {
        const labels = this.#labels[place]?.text(attributes) ?? '';
        const first = known.get(labels);
        if (first === undefined) {
          known.set(labels, { place, attributes });
        } else {
          if (first.group === undefined) count += 1;
          first.group ??= { labels, shown: undefined, isReported: false };
          groups[first.place]?.set(first.attributes, first.group);
          groups[place]?.set(attributes, first.group);
        }
        if (index % pointsTogether === 0) yield;
      }
    }
    this.#groups = groups;
    this.#count = count;
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
    const together = new Set<Group>();
    for (const [index, group] of merged.entries()) {
      if (this.#close(group)) together.add(group);
      if (index % pointsTogether === 0) yield;
    }
    yield* this.#dropOthers(together);
    return all;
  }

  /** @returns whether it has several points still */
  #close(group: Group): boolean {
    const { labels, shown, isReported } = group;
    group.shown = undefined;
    if (shown === undefined || shown.count === 1) return false;
    const { value, added } = sumOf(shown.parts);
    shown.value = value;
    shown.exemplars = exemplarsOf(added);
    if (!isReported) {
      group.isReported = true;
      const what = added.length === shown.count ? 'their sum is shown' : 'the first is shown';
      this.#warn(`several series with the labels {${labels}} once they are translated: ${what}`);
    }
    return true;
  }

  /** What is gone, or alone again, is not to be kept. */
  *#dropOthers(together: ReadonlySet<Group>): Generator<undefined, void> {
    if (together.size === this.#count) return;
    this.#count = together.size;
    for (const groups of this.#groups) {
      let index = 0;
      for (const [attributes, group] of groups) {
        if (!together.has(group)) groups.delete(attributes);
        if ((index += 1) % pointsTogether === 0) yield;
      }
    }
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
      group.shown = { attributes, value, endTime, exemplars, parts: [point], isAdditive, count: 1 };
      points.push(group.shown as Point<unknown> as Point<never>);
      merged.push(group);
    } else {
      addTo(group.shown, point, isAdditive);
    }
    if (index % pointsTogether === 0) yield;
  }
  return points;
}

function addTo(shown: MergedPoint, point: Point<SeriesValue>, isAdditive: boolean): void {
  shown.count += 1;
  if (isAdditive && shown.isAdditive) shown.parts.push(point);
}

function exemplarsOf(points: readonly Point<SeriesValue>[]): readonly Exemplar[] | undefined {
  const exemplars = points.flatMap((point) => point.exemplars ?? []);
  return exemplars.length === 0 ? undefined : exemplars;
}

function pointsOf(metric: MetricData): readonly Point<never>[] {
  const points: readonly Point<unknown>[] = metric.dataPoints;
  // Which points a text takes is known from the type of its family, which TypeScript cannot see.
  return points as readonly Point<never>[];
}
