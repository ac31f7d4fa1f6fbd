import { Decimal, formatGoFloat } from './go-float.ts';

// One is written at a time.
const decimal = new Decimal();

/** Bytes that answers under way may still be reading: while they are pinned, they must not change. */
export class SharedBytes {
  readonly buffer: Buffer;
  pins = 0;

  constructor(size: number) {
    // Slow: a pooled buffer would keep its whole pool alive.
    this.buffer = Buffer.allocUnsafeSlow(size);
  }
}

/** What is written into blocks, one after the other: values that change their length wait until all are known. */
export class Patch {
  readonly lines: number[] = [];
  readonly lengths: number[] = [];
  /** A short decimal is kept as a number. */
  readonly values: (string | number)[] = [];
  #spare: SharedBytes | undefined;

  /** Forgets what was set in a block that is given up before it is committed. */
  begin(): void {
    this.lines.length = 0;
    this.lengths.length = 0;
    this.values.length = 0;
  }

  add(line: number, length: number, value: string | number): void {
    this.lines.push(line);
    this.lengths.push(length);
    this.values.push(value);
  }

  /** A buffer for what a block moves into. */
  bytesFor(length: number): SharedBytes {
    const spare = this.#spare;
    if (spare === undefined || spare.buffer.length < length || spare.buffer.length > 2 * withSlack(length)) {
      return new SharedBytes(withSlack(length));
    }
    this.#spare = undefined;
    return spare;
  }

  /** The buffer that a block moved out of is there for the next one, if nobody reads it any more. */
  recycle(bytes: SharedBytes): void {
    if (bytes.pins === 0) this.#spare = bytes;
  }
}

/**
 * Lines of text of which only the values change. A value of the same length is overwritten in place; others move what
 * stands behind them, all of a block in one pass.
 */
export class TextBlock {
  #bytes: SharedBytes;
  #length: number;
  readonly #starts: Uint32Array;
  readonly #lengths: Uint16Array;

  constructor(text: Uint8Array, starts: Uint32Array, lengths: Uint16Array) {
    this.#bytes = new SharedBytes(withSlack(text.length));
    this.#bytes.buffer.set(text);
    this.#length = text.length;
    this.#starts = starts;
    this.#lengths = lengths;
  }

  /** The number of bytes of text. */
  get length(): number {
    return this.#length;
  }

  /** The bytes it takes in memory. */
  get memory(): number {
    return this.#bytes.buffer.length + this.#starts.byteLength + this.#lengths.byteLength;
  }

  /** The bytes of text, as long as nothing is changed. */
  get text(): Buffer {
    return this.#bytes.buffer.subarray(0, this.#length);
  }

  /** What holds the bytes of text. */
  get bytes(): SharedBytes {
    return this.#bytes;
  }

  get starts(): Uint32Array {
    return this.#starts;
  }

  get lengths(): Uint16Array {
    return this.#lengths;
  }

  /** Writes a line's value, lines in ascending order. It stands in the text after {@link commit}. */
  setNumber(line: number, value: number, patch: Patch): void {
    if (!decimal.read(value)) this.setText(line, formatGoFloat(value), patch);
    else if (this.#isRoom(line, decimal.length)) decimal.write(this.#bytes.buffer, this.#starts[line] as number);
    else patch.add(line, decimal.length, value);
  }

  /**
   * Writes what stands behind a line's labels: a character a byte.
   *
   * @returns false when it stands there already
   */
  setText(line: number, text: string, patch: Patch): boolean {
    if (this.#isText(line, text)) return false;
    if (this.#isRoom(line, text.length)) writeAscii(this.#bytes.buffer, this.#starts[line] as number, text);
    else patch.add(line, text.length, text);
    return true;
  }

  /** Brings the text up to date with what was set. */
  commit(patch: Patch): void {
    if (patch.lines.length === 0) return;
    let growth = 0;
    for (const [index, line] of patch.lines.entries()) {
      growth += (patch.lengths[index] as number) - (this.#lengths[line] as number);
    }
    const from = this.#bytes;
    const to = patch.bytesFor(this.#length + growth);
    this.#move(from.buffer, to.buffer, patch);
    this.#bytes = to;
    this.#length += growth;
    patch.recycle(from);
  }

  /**
   * A block of some of the lines.
   *
   * @param ranges of lines, ascending, each without its end
   * @param head how many bytes stand before the first line; they are kept
   */
  pick(ranges: readonly (readonly [first: number, end: number])[], head: number): TextBlock {
    const kept = ranges.reduce((total, [first, end]) => total + end - first, 0);
    const starts = new Uint32Array(kept);
    const lengths = new Uint16Array(kept);
    const text = Buffer.allocUnsafe(this.#length);
    let written = this.text.copy(text, 0, 0, head);
    let next = 0;
    for (const [first, end] of ranges) {
      const from = first === 0 ? head : this.#endOf(first - 1);
      for (let line = first; line < end; line += 1) {
        starts[next] = (this.#starts[line] as number) - from + written;
        lengths[next] = this.#lengths[line] as number;
        next += 1;
      }
      written += this.text.copy(text, written, from, this.#endOf(end - 1));
    }
    return new TextBlock(text.subarray(0, written), starts, lengths);
  }

  /** Where a line ends, behind its line feed. */
  #endOf(line: number): number {
    return (this.#starts[line] as number) + (this.#lengths[line] as number) + 1;
  }

  #isText(line: number, text: string): boolean {
    if (text.length !== this.#lengths[line]) return false;
    const { buffer } = this.#bytes;
    const start = this.#starts[line] as number;
    for (let index = 0; index < text.length; index += 1) {
      if (buffer[start + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  #isRoom(line: number, length: number): boolean {
    return length === this.#lengths[line] && this.#bytes.pins === 0;
  }

  #move(from: Buffer, to: Buffer, { lines, lengths: newLengths, values }: Patch): void {
    const starts = this.#starts;
    const lengths = this.#lengths;
    let read = 0;
    let shift = 0;
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index] as number;
      const length = newLengths[index] as number;
      const start = starts[line] as number;
      from.copy(to, read + shift, read, start);
      writeValue(to, start + shift, values[index] as string | number);
      read = start + (lengths[line] as number);
      starts[line] = start + shift;
      shift += length - (lengths[line] as number);
      lengths[line] = length;
      const next = lines[index + 1] ?? starts.length;
      if (shift !== 0)
        for (let behind = line + 1; behind < next; behind += 1) starts[behind] = (starts[behind] as number) + shift;
    }
    from.copy(to, read + shift, read, this.#length);
  }
}

/** Writes the text of one block after the other, and remembers where the values stand. */
export class BlockBuilder {
  #room = Buffer.allocUnsafeSlow(256 * 1024);
  #starts = new Uint32Array(4096);
  #lengths = new Uint16Array(4096);
  #written = 0;
  #waiting = '';
  #lines = 0;

  /** Begins a block, or continues behind the text of a block that it takes the place of. */
  begin(behind?: TextBlock): void {
    this.#written = 0;
    this.#waiting = '';
    this.#lines = 0;
    if (behind === undefined) return;
    this.#makeRoom(behind.length);
    this.#room.set(behind.text);
    this.#written = behind.length;
    for (let line = 0; line < behind.starts.length; line += 1) {
      this.#addLine(behind.starts[line] as number, behind.lengths[line] as number);
    }
  }

  /** The number of bytes so far. */
  get length(): number {
    return this.#written + this.#waiting.length;
  }

  /** Text that never changes. */
  constant(text: string, isAscii: boolean): void {
    if (isAscii) {
      this.#waiting += text;
      return;
    }
    this.#flush();
    this.#makeRoom(text.length * 3);
    this.#written += this.#room.write(text, this.#written, 'utf8');
  }

  /** A line's value: ASCII only. */
  value(text: string): void {
    this.#addLine(this.length, text.length);
    this.#waiting += text;
  }

  build(): TextBlock {
    this.#flush();
    return new TextBlock(
      this.#room.subarray(0, this.#written),
      this.#starts.slice(0, this.#lines),
      this.#lengths.slice(0, this.#lines),
    );
  }

  #addLine(start: number, length: number): void {
    if (this.#lines === this.#starts.length) {
      const [starts, lengths] = [this.#starts, this.#lengths];
      this.#starts = new Uint32Array(starts.length * 2);
      this.#lengths = new Uint16Array(lengths.length * 2);
      this.#starts.set(starts);
      this.#lengths.set(lengths);
    }
    this.#starts[this.#lines] = start;
    this.#lengths[this.#lines] = length;
    this.#lines += 1;
  }

  #flush(): void {
    if (this.#waiting === '') return;
    this.#makeRoom(this.#waiting.length);
    this.#written += this.#room.write(this.#waiting, this.#written, 'latin1');
    this.#waiting = '';
  }

  #makeRoom(more: number): void {
    if (this.#written + more <= this.#room.length) return;
    const larger = Buffer.allocUnsafeSlow((this.#written + more) * 2);
    larger.set(this.#room.subarray(0, this.#written));
    this.#room = larger;
  }
}

/** Room for the values to grow a little. */
function withSlack(length: number): number {
  return length + (length >> 5) + 64;
}

function writeValue(buffer: Buffer, start: number, value: string | number): void {
  if (typeof value === 'string') writeAscii(buffer, start, value);
  else if (decimal.read(value)) decimal.write(buffer, start);
}

function writeAscii(buffer: Buffer, start: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) buffer[start + index] = text.charCodeAt(index);
}
