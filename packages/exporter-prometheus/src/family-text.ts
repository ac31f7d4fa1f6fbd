import type { Family, FamilyMember } from './family.ts';
import { LabelIndex } from './label-index.ts';
import type { LabelSets } from './label-set.ts';
import type { TailSource } from './line-tail.ts';
import { MergedSeries } from './merged-series.ts';
import { HistogramText, type MetricText, NumberText, type UpdateResult } from './metric-text.ts';
import type { Notices } from './notices.ts';
import type { TextBlock } from './text-block.ts';

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
  readonly #tails: TailSource | undefined;
  readonly #index = new LabelIndex();
  readonly #texts: readonly MetricText<never, unknown>[];
  readonly #merged: MergedSeries;
  // Whether all labels were compared, so that what the index takes for the same is not.
  #areCompared = false;

  constructor({ name, type, members }: Family, { labelsOf, tails, notices }: FamilyTextOptions) {
    this.#name = name;
    this.#type = type;
    this.#tails = tails;
    const labels = members.map(labelsOf);
    this.#texts = labels.map((each) => this.#newText(each));
    this.#merged = new MergedSeries(labels, (notice) => notices.tell(`${name} has ${notice}`));
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

  #newText(labels: LabelSets): MetricText<never, unknown> {
    const options = {
      name: this.#name,
      labels: (attributes: object) => labels.text(attributes),
      isNew: (text: string) => this.#index.add(text) || this.#areCompared,
      tails: this.#tails,
    };
    return this.#type === 'histogram' ? new HistogramText(options) : new NumberText(options);
  }
}
