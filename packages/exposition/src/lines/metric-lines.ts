import { sampleStart } from '../exposition.ts';
import type { LineLayout } from '../metrics/line-layout.ts';
import type { Metric, ShownSeries } from '../metrics/metric.ts';
import { formatGoFloat } from './go-float.ts';
import type { SampleSuffixes, SuffixSource } from './sample-suffix.ts';
import { BlockBuilder, Patch, type TextBlock } from './text-block.ts';

/** The result of an update. After `restructured` and `duplicate`, the text is cleared and written again. */
export type UpdateResult = 'same' | 'changed' | 'restructured' | 'duplicate';

/** The result of updating one block. After `ended`, some of its series have ended or moved. */
type PatchResult = 'same' | 'changed' | 'ended' | 'restructured';

/** How the lines of one metric are written. */
export interface MetricLinesOptions {
  readonly name: string;
  /** The text between the braces. */
  readonly labels: (attributes: object) => string;
  /** Whether no series has these labels yet. Registers them. */
  readonly isNew: (labels: string) => boolean;
  /** Called with the labels of a series that has ended. */
  readonly forget: (labels: string) => void;
  /** Whether {@link forget} may be called: not while several series share an index entry. */
  readonly mayForget: () => boolean;
  readonly suffixes: SuffixSource | undefined;
}

/** The series of one block. */
interface Entry extends ShownSeries {
  readonly block: TextBlock;
  readonly keys: object[];
  readonly marks: unknown[];
  /** The number of bytes before the first line. */
  readonly head: number;
  /** Whether exemplars or timestamps follow the values; then every line is written again. */
  suffixed: boolean;
}

// Large enough that few writes send much, small enough to be written within a fraction of a slice.
const blockSize = 64 * 1024;

// With fewer blocks, it does not matter how little they contain.
const fewBlocks = 8;

// One block is written at a time, without interruption.
const builder = new BlockBuilder();
const patch = new Patch();

/**
 * MetricLines has the lines of one metric, kept from one collection to the next. A series is recognized by its position
 * and its key. Its name and labels are written once, and unchanged values are not touched.
 */
export class MetricLines {
  readonly #options: MetricLinesOptions;
  #entries: Entry[] = [];
  #count = 0;
  #header = '';
  readonly #fresh: number[] = [];

  constructor(options: MetricLinesOptions) {
    this.#options = options;
  }

  get blocks(): readonly TextBlock[] {
    return this.#entries.map(({ block }) => block);
  }

  get memory(): number {
    return this.#entries.reduce((total, { block, values }) => total + block.memory + values.byteLength, 0);
  }

  clear(): void {
    this.#entries = [];
    this.#count = 0;
  }

  /**
   * Updates the text. The generator yields wherever it may be interrupted.
   *
   * @param header goes before the first line
   */
  *update(metric: Metric, header: string): Generator<undefined, UpdateResult> {
    const known = this.#count;
    if (known > 0 && (header !== this.#header || metric.count === 0)) return 'restructured';
    this.#header = header;
    let result: UpdateResult = 'same';
    let first = 0;
    for (const [place, before] of this.#entries.entries()) {
      let entry = before;
      let patched = this.#patch(entry, metric, first);
      if (patched === 'ended') {
        const remaining = this.#withoutEnded(entry, metric, first);
        if (remaining === undefined) return 'restructured';
        entry = remaining;
        this.#entries[place] = entry;
        patched = this.#patch(entry, metric, first) === 'restructured' ? 'restructured' : 'changed';
      }
      if (patched === 'restructured') return patched;
      if (patched === 'changed') result = 'changed';
      first += entry.keys.length;
      yield;
    }
    if (first < known && this.#isSparse) return 'restructured';
    this.#count = first;
    if (metric.count === first) return result;
    return yield* this.#append(metric, first);
  }

  #patch(entry: Entry, metric: Metric, first: number): PatchResult {
    const { block, keys, values, marks, layout, suffixed: wasSuffixed } = entry;
    const { suffixes } = this.#options;
    const { lines } = layout;
    const fresh = this.#fresh;
    const next = (from: number) => (wasSuffixed ? from : metric.nextChange(entry, first, from));
    let suffixed = false;
    let changed = false;
    patch.begin();
    for (let index = next(0); index < keys.length; index = next(index + 1)) {
      const series = first + index;
      if (series >= metric.count || metric.keyOf(series) !== keys[index]) {
        // After this, everything set so far is both in the text and in the values.
        block.commit(patch);
        return 'ended';
      }
      if (!metric.hasLayout(series, layout)) return 'restructured';
      const suffix = suffixes?.(metric.endTimeOf(series), metric.exemplarsOf(series), layout.boundaries);
      if (suffix !== undefined) suffixed = true;
      const at = index * lines;
      const mark = metric.markOf(series);
      if (mark !== undefined) marks[index] = mark;
      metric.writeValues(series, layout, fresh, 0);
      for (let line = 0; line < lines; line += 1) {
        const value = fresh[line] as number;
        if (suffix !== undefined || wasSuffixed) {
          if (block.setText(at + line, formatGoFloat(value) + (suffix?.(line) ?? ''), patch)) changed = true;
        } else if (!Object.is(value, values[at + line])) {
          block.setNumber(at + line, value, patch);
          changed = true;
        }
        values[at + line] = value;
      }
    }
    entry.suffixed = suffixed;
    block.commit(patch);
    return changed ? 'changed' : 'same';
  }

  /**
   * The block without the series that ended. `undefined` when so many ended that rendering everything costs no more;
   * this is also the case for metric producers that return new keys every time.
   */
  #withoutEnded(entry: Entry, metric: Metric, first: number): Entry | undefined {
    const { labels, forget, mayForget } = this.#options;
    const { keys, values, marks, layout, block, head } = entry;
    if (!mayForget()) return undefined;
    const remaining: number[] = [];
    for (const [index, key] of keys.entries()) {
      const series = first + remaining.length;
      if (series < metric.count && metric.keyOf(series) === key) remaining.push(index);
    }
    if (remaining.length < keys.length / 2) return undefined;
    const kept = new Set(remaining);
    for (const [index, key] of keys.entries()) {
      if (!kept.has(index)) forget(labels(metric.attributesOfKey(key)));
    }
    const ranges = rangesOf(remaining, layout.lines);
    return {
      ...entry,
      block: block.pick(ranges, head),
      keys: remaining.map((index) => keys[index] as object),
      marks: marks.length === 0 ? [] : remaining.map((index) => marks[index]),
      kept: undefined,
      values: Float64Array.from(ranges.flatMap(([start, end]) => Array.from(values.subarray(start, end)))),
    };
  }

  /** Whether so many series have ended that the blocks are nearly empty. */
  get #isSparse(): boolean {
    const bytes = this.#entries.reduce((total, { block }) => total + block.length, 0);
    return this.#entries.length > fewBlocks && bytes < (this.#entries.length * blockSize) / 4;
  }

  *#append(metric: Metric, from: number): Generator<undefined, UpdateResult> {
    let next = from;
    while (next < metric.count) {
      const entry = this.#reopened(metric, next);
      const before = entry?.keys.length ?? 0;
      const built = this.#build(metric, next, entry);
      if (built === undefined) return 'duplicate';
      if (entry !== undefined) this.#entries.pop();
      this.#entries.push(built);
      next += built.keys.length - before;
      this.#count = next;
      yield;
    }
    return 'changed';
  }

  /** The last block, if it has room for more. */
  #reopened(metric: Metric, next: number): Entry | undefined {
    const last = this.#entries.at(-1);
    const hasRoom = last !== undefined && last.block.length < blockSize / 2;
    return hasRoom && metric.hasLayout(next, last.layout) ? last : undefined;
  }

  #build(metric: Metric, from: number, behind: Entry | undefined): Entry | undefined {
    const { labels, isNew, suffixes } = this.#options;
    const layout = behind?.layout ?? metric.layoutOf(from);
    const values: number[] = behind === undefined ? [] : Array.from(behind.values);
    const keys = behind?.keys ?? [];
    const marks = behind?.marks ?? [];
    let suffixed = behind?.suffixed ?? false;
    builder.begin(behind?.block);
    if (from === 0) builder.constant(this.#header, isAscii(this.#header));
    const head = behind?.head ?? builder.length;
    // At least one series, however long the header is.
    for (let next = from; next < metric.count && (next === from || builder.length < blockSize); next += 1) {
      if (!metric.hasLayout(next, layout)) break;
      const text = labels(metric.attributesOf(next));
      if (!isNew(text)) return undefined;
      const suffix = suffixes?.(metric.endTimeOf(next), metric.exemplarsOf(next), layout.boundaries);
      if (suffix !== undefined) suffixed = true;
      const at = keys.length * layout.lines;
      metric.writeValues(next, layout, values, at);
      this.#writeLines(text, layout, values, at, suffix);
      const mark = metric.markOf(next);
      if (mark !== undefined) marks[keys.length] = mark;
      keys.push(metric.keyOf(next));
    }
    const showsExemplars = suffixes !== undefined;
    const block = builder.build();
    const shown = { keys, values: Float64Array.from(values), marks, layout, showsExemplars, kept: undefined };
    return { ...shown, block, head, suffixed };
  }

  #writeLines(labels: string, layout: LineLayout, values: readonly number[], at: number, suffix: SampleSuffixes): void {
    const { name } = this.#options;
    const ascii = isAscii(labels) && isAscii(name);
    for (const [line, start] of lineStarts(name, labels, layout).entries()) {
      builder.constant(start, ascii);
      builder.value(formatGoFloat(values[at + line] as number) + (suffix?.(line) ?? ''));
      builder.constant('\n', true);
    }
  }
}

/** The lines of some series of a block, with adjacent ones combined. */
function rangesOf(series: readonly number[], lines: number): [first: number, end: number][] {
  const ranges: [first: number, end: number][] = [];
  for (const index of series) {
    const last = ranges.at(-1);
    if (last?.[1] === index * lines) last[1] += lines;
    else ranges.push([index * lines, (index + 1) * lines]);
  }
  return ranges;
}

/** The text of each line of a series up to its value. */
function lineStarts(name: string, labels: string, { le, hasSum }: LineLayout): string[] {
  if (le.length === 0) return [sampleStart(name, labels)];
  // "…le=} ": the boundary goes before the brace.
  const bucket = sampleStart(`${name}_bucket`, labels === '' ? 'le=' : `${labels},le=`).slice(0, -2);
  const starts = le.map((boundary) => `${bucket}${boundary}} `);
  if (hasSum) starts.push(sampleStart(`${name}_sum`, labels));
  starts.push(sampleStart(`${name}_count`, labels));
  return starts;
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  return !/[^\u0000-\u007f]/.test(text);
}
