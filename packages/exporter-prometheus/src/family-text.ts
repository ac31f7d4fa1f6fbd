import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Family, FamilyMember } from './family.ts';
import { LabelIndex } from './label-index.ts';
import type { LabelSets } from './label-set.ts';
import type { Exemplar, PointWithTail, TailSource } from './line-tail.ts';
import { HistogramText, type MetricText, NumberText, type Point } from './metric-text.ts';
import type { Notices } from './notices.ts';
import { mergedValue, type SampleValue, samplesOf } from './sample.ts';
import type { TextBlock } from './text-block.ts';

/** What several points came to, or one that is alone. */
interface MergedPoint extends Point<SampleValue> {
  value: SampleValue;
  exemplars: readonly Exemplar[];
  readonly additive: boolean;
}

/** What the texts of a family's metrics are made with. */
export interface FamilyTextOptions {
  readonly labelsOf: (member: FamilyMember) => LabelSets;
  readonly tails: TailSource | undefined;
  readonly notices: Notices;
}

/** The lines of one family, kept from one collection to the next. */
export class FamilyText {
  readonly #name: string;
  readonly #type: Family['type'];
  readonly #options: FamilyTextOptions;
  readonly #index = new LabelIndex();
  readonly #labels: LabelSets[];
  readonly #texts: MetricText<never, unknown>[];
  readonly #mergedText: MetricText<never, unknown>;
  #merges = false;

  constructor({ name, type, members }: Family, options: FamilyTextOptions) {
    this.#name = name;
    this.#type = type;
    this.#options = options;
    this.#labels = members.map(options.labelsOf);
    this.#texts = this.#labels.map((labels) => this.#newText((attributes) => labels.text(attributes as object)));
    this.#mergedText = this.#newText(String);
  }

  get blocks(): readonly TextBlock[] {
    return [...this.#texts, this.#mergedText].flatMap((text) => text.blocks);
  }

  get memory(): number {
    return [...this.#texts, this.#mergedText].reduce((total, text) => total + text.memory, 0);
  }

  /**
   * Brings the lines up to date, and yields wherever it may be interrupted.
   *
   * @param members the metrics that the family was made with, as they are now
   * @returns true when anything changed
   */
  *update(members: readonly FamilyMember[], header: string): Generator<undefined, boolean> {
    if (this.#merges) return yield* this.#updateMerged(members, header);
    // Nothing is merged any more.
    let changed = this.#mergedText.blocks.length > 0;
    if (changed) this.#clear();
    let above = header;
    for (const [index, text] of this.#texts.entries()) {
      const points = pointsOf(members[index]?.metric);
      const result = yield* text.update(points, above);
      if (result === 'restructured' || result === 'duplicate') {
        this.#clear();
        this.#merges = result === 'duplicate';
        yield* this.update(members, header);
        return true;
      }
      if (points.length > 0) above = '';
      if (result === 'changed') changed = true;
    }
    return changed;
  }

  /** The rare way: several points have the same labels, and what they come to is worked out at every collection. */
  *#updateMerged(members: readonly FamilyMember[], header: string): Generator<undefined, boolean> {
    const points = this.#mergedPoints(members);
    let result = yield* this.#mergedText.update(points, header);
    if (result === 'restructured') {
      this.#clear();
      result = yield* this.#mergedText.update(points, header);
    }
    const all = members.reduce((total, { metric }) => total + metric.dataPoints.length, 0);
    if (points.length < all) return result !== 'same';
    // There was nothing to merge after all: the next collection may try without.
    this.#merges = false;
    return true;
  }

  #mergedPoints(members: readonly FamilyMember[]): Point<never>[] {
    const series = new Map<string, MergedPoint>();
    for (const [index, { metric }] of members.entries()) {
      const additive = metric.dataPointType !== DataPointType.GAUGE;
      for (const { point, value } of samplesOf(metric)) {
        const labels = this.#labels[index]?.text(point.attributes) ?? '';
        const { exemplars = [] } = point as PointWithTail;
        const same = series.get(labels);
        if (same === undefined) {
          series.set(labels, { attributes: labels, value, endTime: point.endTime, exemplars, additive });
          continue;
        }
        const merged = mergedValue(same.value, value, additive && same.additive);
        if (merged !== undefined) {
          same.value = merged;
          same.exemplars = [...same.exemplars, ...exemplars];
        }
        const shown = merged === undefined ? 'the first is shown' : 'their sum is shown';
        const which = `${this.#name} has several series with the labels {${labels}} once they are translated`;
        this.#options.notices.tell(`${which}: ${shown}`);
      }
    }
    return [...series.values()] as Point<unknown>[] as Point<never>[];
  }

  #clear(): void {
    this.#index.clear();
    for (const text of this.#texts) text.clear();
    this.#mergedText.clear();
  }

  #newText(labels: (attributes: object | string) => string): MetricText<never, unknown> {
    const options = { name: this.#name, labels, index: this.#index, tails: this.#options.tails };
    return this.#type === 'histogram' ? new HistogramText(options) : new NumberText(options);
  }
}

function pointsOf(metric: MetricData | undefined): readonly Point<never>[] {
  const points: readonly Point<unknown>[] = metric?.dataPoints ?? [];
  // Which points a text takes is known from the type of its family, which TypeScript cannot see.
  return points as readonly Point<never>[];
}
