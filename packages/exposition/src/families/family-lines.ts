import { LabelIndex } from '../labels/label-index.ts';
import type { LabelSets } from '../labels/label-set.ts';
import { HistogramLines, type MetricLines, NumberLines, type UpdateResult } from '../lines/metric-lines.ts';
import type { SuffixSource } from '../lines/sample-suffix.ts';
import type { TextBlock } from '../lines/text-block.ts';
import { MergedSeries } from '../values/merged-series.ts';
import type { Warnings } from '../warnings.ts';
import type { Family, FamilyMember } from './family.ts';

/** What the texts of a family's metrics are made with. */
export interface FamilyLinesOptions {
  readonly labelsOf: (member: FamilyMember) => LabelSets;
  readonly suffixes: SuffixSource | undefined;
  readonly warnings: Warnings;
}

/** The lines of one family, kept from one collection to the next. */
export class FamilyLines {
  readonly #name: string;
  readonly #type: Family['type'];
  readonly #suffixes: SuffixSource | undefined;
  readonly #index = new LabelIndex();
  readonly #texts: readonly MetricLines<never, unknown>[];
  readonly #merged: MergedSeries;
  // Whether all labels were compared, so that what the index takes for the same is not.
  #areCompared = false;

  constructor({ name, type, members }: Family, { labelsOf, suffixes, warnings }: FamilyLinesOptions) {
    this.#name = name;
    this.#type = type;
    this.#suffixes = suffixes;
    const labels = members.map(labelsOf);
    this.#texts = labels.map((each) => this.#newText(each));
    this.#merged = new MergedSeries(labels, (notice) => warnings.warnOnce(`${name} has ${notice}`));
  }

  get blocks(): readonly TextBlock[] {
    return this.#texts.flatMap((text) => text.blocks);
  }

  get memory(): number {
    return this.#texts.reduce((total, text) => total + text.memory, 0);
  }

  /**
   * Brings the lines up to date, and yields wherever it may be interrupted.
   *
   * @param members the metrics that the family was made with, as they are now
   * @returns true when anything changed
   */
  *update(members: readonly FamilyMember[], header: string): Generator<undefined, boolean> {
    const result = yield* this.#write(members, header);
    if (result === 'same' || result === 'changed') return result === 'changed';
    this.#clear();
    if (result === 'restructured' && this.#merged.isEmpty) yield* this.update(members, header);
    else yield* this.#writeCompared(members, header);
    return true;
  }

  /** The rare way: several points have the same labels, or seem to. */
  *#writeCompared(members: readonly FamilyMember[], header: string): Generator<undefined, void> {
    yield* this.#merged.find(members);
    this.#areCompared = true;
    yield* this.#write(members, header);
    this.#areCompared = false;
  }

  *#write(members: readonly FamilyMember[], header: string): Generator<undefined, UpdateResult> {
    const points = yield* this.#merged.merge(members);
    let above = header;
    let result: UpdateResult = 'same';
    for (const [place, text] of this.#texts.entries()) {
      const own = points[place] ?? [];
      const updated = yield* text.update(own, above);
      if (updated === 'restructured' || updated === 'duplicate') return updated;
      if (own.length > 0) above = '';
      if (updated === 'changed') result = 'changed';
    }
    return result;
  }

  #clear(): void {
    this.#index.clear();
    for (const text of this.#texts) text.clear();
  }

  #newText(labels: LabelSets): MetricLines<never, unknown> {
    const options = {
      name: this.#name,
      labels: (attributes: object) => labels.text(attributes),
      isNew: (text: string) => this.#index.add(text) || this.#areCompared,
      suffixes: this.#suffixes,
    };
    return this.#type === 'histogram' ? new HistogramLines(options) : new NumberLines(options);
  }
}
