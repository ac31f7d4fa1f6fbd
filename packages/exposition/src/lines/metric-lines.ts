import { sampleStart } from '../exposition.ts';
import { type AnyHistogram, type ClassicHistogram, sameNumbers, toClassic } from '../values/classic-histogram.ts';
import { formatGoFloat } from './go-float.ts';
import type { PointWithSuffix, SampleSuffixes, SuffixSource } from './sample-suffix.ts';
import { BlockBuilder, Patch, type TextBlock } from './text-block.ts';

/** A data point, or several that became one series. */
export interface Point<Value> extends PointWithSuffix {
  /** What a series is known again by: the SDK hands out the same object for it at every collection. */
  readonly attributes: object;
  readonly value: Value;
}

/** What an update came to. After `restructured` and `duplicate` the text is cleared and written again. */
export type UpdateResult = 'same' | 'changed' | 'restructured' | 'duplicate';

/** What the texts of one metric have in common. */
export interface MetricLinesOptions {
  readonly name: string;
  /** The text between the braces. */
  readonly labels: (attributes: object) => string;
  /** Whether there is no series with these labels yet; there is from then on. */
  readonly isNew: (labels: string) => boolean;
  readonly suffixes: SuffixSource | undefined;
}

/** The points of one block. */
interface Entry<Shape> {
  readonly block: TextBlock;
  readonly attributes: object[];
  /** What the lines show, in their order. */
  readonly values: Float64Array;
  /** What shows that a series did not change without looking at its values, where there is such a thing. */
  readonly marks: unknown[];
  readonly shape: Shape;
  /** Something stands behind values, which is written again whatever they are. */
  suffixed: boolean;
}

// Large enough that few writes carry much, small enough to be written within a fraction of a slice.
const blockSize = 64 * 1024;

// One block is written at a time, and to its end.
const builder = new BlockBuilder();
const patch = new Patch();

/**
 * The lines of one metric, kept from one collection to the next. A series is found again by its place and the identity
 * of its attributes; its name and labels are never written a second time, and what did not change is not touched.
 */
export abstract class MetricLines<Value, Shape> {
  protected readonly options: MetricLinesOptions;
  #entries: Entry<Shape>[] = [];
  #count = 0;
  #header = '';
  readonly #fresh: number[] = [];

  constructor(options: MetricLinesOptions) {
    this.options = options;
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
   * Brings the text up to date, and yields wherever it may be interrupted.
   *
   * @param header goes before the first line
   */
  *update(points: readonly Point<Value>[], header: string): Generator<undefined, UpdateResult> {
    const known = this.#count;
    if (known > 0 && (header !== this.#header || points.length < known)) return 'restructured';
    this.#header = header;
    this.begin();
    let result: UpdateResult = 'same';
    let first = 0;
    for (const entry of this.#entries) {
      const patched = this.#patch(entry, points, first);
      if (patched === 'restructured') return patched;
      if (patched === 'changed') result = 'changed';
      first += entry.attributes.length;
      yield;
    }
    if (points.length === known) return result;
    return yield* this.#append(points, known);
  }

  /** Called before every update. */
  protected begin(): void {}

  /** What the lines of a point look like. Points of one shape have the same number of lines. */
  protected abstract shapeOf(value: Value): Shape;
  protected abstract isShape(value: Value, shape: Shape): boolean;
  protected abstract lineCount(shape: Shape): number;
  /** Where the boundaries of the suffixes' buckets are. */
  protected abstract boundariesOf(shape: Shape): readonly number[] | undefined;
  /** The lines of a point up to their values. */
  protected abstract lineStarts(labels: string, shape: Shape): string[];
  /** Writes the values of a point's lines to `into`, from `at` on. */
  protected abstract writeValues(value: Value, shape: Shape, into: Float64Array | number[], at: number): void;
  /** What {@link nextChange} is to know of a value when it sees the next one. */
  protected abstract markOf(value: Value): unknown;
  /**
   * The first point from an index of a block on that may not be what its lines show; behind the last one when there is
   * none. Nearly all that happens in a scrape happens here, so each kind of text has its own loop over its own points.
   *
   * @param first where the first point of the block is among all
   */
  protected abstract nextChange(
    points: readonly Point<Value>[],
    first: number,
    entry: Entry<Shape>,
    from: number,
  ): number;

  #patch(entry: Entry<Shape>, points: readonly Point<Value>[], first: number): UpdateResult {
    patch.begin();
    const { block, attributes, values, marks, shape, suffixed: wasSuffixed } = entry;
    const { suffixes } = this.options;
    const lines = this.lineCount(shape);
    const count = attributes.length;
    const next = (from: number) => (wasSuffixed ? from : this.nextChange(points, first, entry, from));
    let suffixed = false;
    let changed = false;
    for (let index = next(0); index < count; index = next(index + 1)) {
      const point = points[first + index] as Point<Value>;
      if (point.attributes !== attributes[index] || !this.isShape(point.value, shape)) return 'restructured';
      const suffix = suffixes?.(point, this.boundariesOf(shape));
      if (suffix !== undefined) suffixed = true;
      const at = index * lines;
      marks[index] = this.markOf(point.value);
      const fresh = this.#fresh;
      this.writeValues(point.value, shape, fresh, 0);
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

  *#append(points: readonly Point<Value>[], from: number): Generator<undefined, UpdateResult> {
    let next = from;
    while (next < points.length) {
      const entry = this.#reopened(points[next] as Point<Value>);
      const before = entry?.attributes.length ?? 0;
      const built = this.#build(points, next, entry);
      if (built === undefined) return 'duplicate';
      if (entry !== undefined) this.#entries.pop();
      this.#entries.push(built);
      next += built.attributes.length - before;
      this.#count = next;
      yield;
    }
    return 'changed';
  }

  /** The last block, when there is room behind it. */
  #reopened(point: Point<Value>): Entry<Shape> | undefined {
    const last = this.#entries.at(-1);
    return last !== undefined && last.block.length < blockSize / 2 && this.isShape(point.value, last.shape)
      ? last
      : undefined;
  }

  #build(points: readonly Point<Value>[], from: number, behind: Entry<Shape> | undefined): Entry<Shape> | undefined {
    const { labels, isNew, suffixes } = this.options;
    const shape = behind?.shape ?? this.shapeOf((points[from] as Point<Value>).value);
    const lines = this.lineCount(shape);
    const boundaries = this.boundariesOf(shape);
    const values: number[] = behind === undefined ? [] : Array.from(behind.values);
    const attributes = behind?.attributes ?? [];
    const marks = behind?.marks ?? [];
    let suffixed = behind?.suffixed ?? false;
    builder.begin(behind?.block);
    if (from === 0) builder.constant(this.#header, isAscii(this.#header));
    // At least one, however long the header is.
    for (let next = from; next < points.length && (next === from || builder.length < blockSize); next += 1) {
      const point = points[next] as Point<Value>;
      if (!this.isShape(point.value, shape)) break;
      const text = labels(point.attributes);
      if (!isNew(text)) return undefined;
      const suffix = suffixes?.(point, boundaries);
      if (suffix !== undefined) suffixed = true;
      const at = attributes.length * lines;
      this.writeValues(point.value, shape, values, at);
      this.#writeLines(text, shape, values, at, suffix);
      marks.push(this.markOf(point.value));
      attributes.push(point.attributes);
    }
    return { block: builder.build(), attributes, values: Float64Array.from(values), marks, shape, suffixed };
  }

  #writeLines(labels: string, shape: Shape, values: readonly number[], at: number, suffix: SampleSuffixes): void {
    const ascii = isAscii(labels) && isAscii(this.options.name);
    for (const [line, start] of this.lineStarts(labels, shape).entries()) {
      builder.constant(start, ascii);
      builder.value(formatGoFloat(values[at + line] as number) + (suffix?.(line) ?? ''));
      builder.constant('\n', true);
    }
  }
}

/** The lines of counters and gauges: one a point. */
export class NumberLines extends MetricLines<number, undefined> {
  protected override shapeOf(): undefined {
    return undefined;
  }

  protected override isShape(): boolean {
    return true;
  }

  protected override lineCount(): number {
    return 1;
  }

  protected override boundariesOf(): undefined {
    return undefined;
  }

  protected override lineStarts(labels: string): string[] {
    return [sampleStart(this.options.name, labels)];
  }

  protected override writeValues(value: number, _shape: undefined, into: Float64Array | number[], at: number): void {
    into[at] = value;
  }

  protected override markOf(): undefined {
    return undefined;
  }

  protected override nextChange(
    points: readonly Point<number>[],
    first: number,
    { attributes, values }: Entry<undefined>,
    from: number,
  ): number {
    for (let index = from; index < attributes.length; index += 1) {
      const point = points[first + index] as Point<number>;
      if (point.attributes !== attributes[index] || point.exemplars !== undefined) return index;
      if (point.value !== values[index] && !(Number.isNaN(point.value) && Number.isNaN(values[index]))) return index;
    }
    return attributes.length;
  }
}

interface HistogramShape {
  readonly boundaries: readonly number[];
  readonly hasSum: boolean;
  /** The `le` of each bucket, with its quotes: `"0.5"`. */
  readonly le: readonly string[];
}

/** The lines of histograms: the buckets of a point, its sum if it has one, its count. */
export class HistogramLines extends MetricLines<AnyHistogram, HistogramShape> {
  #classic: ClassicHistogram | undefined;
  #classicOf: AnyHistogram | undefined;

  protected override begin(): void {
    // A producer may hand out the same objects with other figures.
    this.#classicOf = undefined;
  }

  protected override shapeOf(value: AnyHistogram): HistogramShape {
    const { boundaries, sum } = this.#toClassic(value);
    const le = [...boundaries, Number.POSITIVE_INFINITY].map((boundary) => `"${formatGoFloat(boundary)}"`);
    return { boundaries, hasSum: sum !== undefined, le };
  }

  protected override isShape(value: AnyHistogram, { boundaries, hasSum }: HistogramShape): boolean {
    const classic = this.#toClassic(value);
    return (classic.sum !== undefined) === hasSum && sameNumbers(classic.boundaries, boundaries);
  }

  protected override lineCount({ boundaries, hasSum }: HistogramShape): number {
    return boundaries.length + (hasSum ? 3 : 2);
  }

  protected override boundariesOf({ boundaries }: HistogramShape): readonly number[] {
    return boundaries;
  }

  protected override lineStarts(labels: string, { le, hasSum }: HistogramShape): string[] {
    const { name } = this.options;
    // "…le=} " with the boundary to come before the brace.
    const bucket = sampleStart(`${name}_bucket`, labels === '' ? 'le=' : `${labels},le=`).slice(0, -2);
    const starts = le.map((boundary) => `${bucket}${boundary}} `);
    if (hasSum) starts.push(sampleStart(`${name}_sum`, labels));
    starts.push(sampleStart(`${name}_count`, labels));
    return starts;
  }

  protected override writeValues(
    value: AnyHistogram,
    { boundaries, hasSum }: HistogramShape,
    into: Float64Array | number[],
    at: number,
  ): void {
    const { counts, count, sum } = this.#toClassic(value);
    let below = 0;
    let line = at;
    for (let bucket = 0; bucket < boundaries.length; bucket += 1) {
      below += counts[bucket] ?? 0;
      into[line] = below;
      line += 1;
    }
    into[line] = count;
    if (hasSum) into[(line += 1)] = sum ?? 0;
    into[line + 1] = count;
  }

  protected override markOf(value: AnyHistogram): unknown {
    return 'buckets' in value ? value.buckets : undefined;
  }

  protected override nextChange(
    points: readonly Point<AnyHistogram>[],
    first: number,
    { attributes, values, marks, shape }: Entry<HistogramShape>,
    from: number,
  ): number {
    const { boundaries, hasSum } = shape;
    const lines = this.lineCount(shape);
    for (let index = from; index < attributes.length; index += 1) {
      const { attributes: own, value, exemplars } = points[first + index] as Point<AnyHistogram>;
      if (own !== attributes[index] || exemplars !== undefined || !('buckets' in value)) return index;
      // The SDK makes new buckets whenever something was recorded, and only then. Other producers may count on in the
      // same ones: then the count tells.
      const infinity = index * lines + boundaries.length;
      if (value.buckets !== marks[index] || value.count !== values[infinity]) return index;
      if (hasSum ? value.sum !== values[infinity + 1] : value.sum !== undefined) return index;
    }
    return attributes.length;
  }

  #toClassic(value: AnyHistogram): ClassicHistogram {
    if (this.#classic !== undefined && this.#classicOf === value) return this.#classic;
    this.#classicOf = value;
    this.#classic = toClassic(value);
    return this.#classic;
  }
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  return !/[^\u0000-\u007f]/.test(text);
}
