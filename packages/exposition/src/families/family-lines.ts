import { LabelIndex } from '../labels/label-index.ts';
import type { LabelSets } from '../labels/label-set.ts';
import { MetricLines, type UpdateResult } from '../lines/metric-lines.ts';
import type { SuffixSource } from '../lines/sample-suffix.ts';
import type { TextBlock } from '../lines/text-block.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Warnings } from '../warnings.ts';
import type { Family } from './family.ts';
import { MergedSeries } from './merged-series.ts';

/** How the lines of a family's metrics are written. */
export interface FamilyLinesOptions {
  readonly labelsOf: (metric: Metric) => LabelSets;
  readonly suffixes: SuffixSource | undefined;
  readonly warnings: Warnings;
}

/** FamilyLines has the lines of one family, kept from one collection to the next. */
export class FamilyLines {
  readonly #name: string;
  readonly #suffixes: SuffixSource | undefined;
  readonly #index = new LabelIndex();
  readonly #lines: readonly MetricLines[];
  readonly #merged: MergedSeries;
  // Whether all labels were compared, so that no two series are the same by mistake of the index.
  #areCompared = false;
  // Whether two series may have the same index entry.
  #mayShareEntries = false;

  constructor({ name, metrics }: Family, { labelsOf, suffixes, warnings }: FamilyLinesOptions) {
    this.#name = name;
    this.#suffixes = suffixes;
    const labels = metrics.map(labelsOf);
    this.#lines = labels.map((each) => this.#newLines(each));
    this.#merged = new MergedSeries(labels, (notice) => warnings.warnOnce(`${name} has ${notice}`));
  }

  get blocks(): readonly TextBlock[] {
    return this.#lines.flatMap((lines) => lines.blocks);
  }

  get memory(): number {
    return this.#lines.reduce((total, lines) => total + lines.memory, 0);
  }

  /**
   * Updates the lines. The generator yields wherever it may be interrupted.
   *
   * @param metrics the family's metrics, with the values of this collection
   * @returns true when anything changed
   */
  *update(metrics: readonly Metric[], header: string): Generator<undefined, boolean> {
    const result = yield* this.#write(metrics, header);
    if (result === 'same' || result === 'changed') return result === 'changed';
    this.#clear();
    if (result === 'restructured' && this.#merged.isEmpty) yield* this.update(metrics, header);
    else yield* this.#writeCompared(metrics, header);
    return true;
  }

  /** The rare case: several series have, or seem to have, the same labels. */
  *#writeCompared(metrics: readonly Metric[], header: string): Generator<undefined, void> {
    yield* this.#merged.find(metrics);
    this.#areCompared = true;
    this.#mayShareEntries = true;
    yield* this.#write(metrics, header);
    this.#areCompared = false;
  }

  *#write(metrics: readonly Metric[], header: string): Generator<undefined, UpdateResult> {
    const merged = yield* this.#merged.merge(metrics);
    let above = header;
    let result: UpdateResult = 'same';
    for (const [place, lines] of this.#lines.entries()) {
      const metric = merged[place] as Metric;
      const updated = yield* lines.update(metric, above);
      if (updated === 'restructured' || updated === 'duplicate') return updated;
      if (metric.count > 0) above = '';
      if (updated === 'changed') result = 'changed';
    }
    return result;
  }

  #clear(): void {
    this.#index.clear();
    this.#mayShareEntries = false;
    for (const lines of this.#lines) lines.clear();
  }

  #newLines(labels: LabelSets): MetricLines {
    return new MetricLines({
      name: this.#name,
      labels: (attributes) => labels.text(attributes),
      isNew: (text) => this.#index.add(text) || this.#areCompared,
      forget: (text) => this.#index.delete(text),
      mayForget: () => !this.#mayShareEntries,
      suffixes: this.#suffixes,
    });
  }
}
