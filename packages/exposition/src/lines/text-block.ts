import { Decimal, formatGoFloat } from './go-float.ts';

// One number is written at a time.
const decimal = new Decimal();

/** SharedBytes is a buffer that answers may still be reading. It must not change while it is pinned. */
export class SharedBytes {
  readonly buffer: Buffer;
  pins = 0;

  constructor(size: number) {
    // A pooled buffer would keep its whole pool alive.
    this.buffer = Buffer.allocUnsafeSlow(size);
  }
}

// A metric has many blocks of one size, and a smaller one at its end.
const mostSpares = 2;

/** Patch collects the changes of one block: values of a new length wait until all changes are known. */
export class Patch {
  readonly lines: number[] = [];
  readonly lengths: number[] = [];
  /** Short decimals are kept as numbers. */
  readonly values: (string | number)[] = [];
  readonly #spares: SharedBytes[] = [];

  /** Discards changes of a block that were not committed. */
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

  /** A buffer to move a block into. */
  bytesFor(length: number): SharedBytes {
    const size = withSlack(length);
    const fitting = this.#spares.findIndex(({ buffer }) => buffer.length >= length && buffer.length <= 2 * size);
    const [spare] = fitting === -1 ? [] : this.#spares.splice(fitting, 1);
    return spare ?? new SharedBytes(size);
  }

  /** Keeps the buffer that a block moved out of for one that follows, unless it is still being read. */
  recycle(bytes: SharedBytes): void {
    if (bytes.pins > 0) return;
    this.#spares.unshift(bytes);
    this.#spares.length = Math.min(this.#spares.length, mostSpares);
  }
}

/**
 * TextBlock has lines of text of which only the values change. A value of the same length is overwritten in place;
 * other lengths move the text after them, in one pass for the whole block.
 */
export class TextBlock {
  #bytes: SharedBytes;
  #text: Buffer | undefined;
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

  /** The bytes of memory that it takes. */
  get memory(): number {
    return this.#bytes.buffer.length + this.#starts.byteLength + this.#lengths.byteLength;
  }

  /** The bytes of text, valid until the next change. */
  get text(): Buffer {
    this.#text ??= this.#bytes.buffer.subarray(0, this.#length);
    return this.#text;
  }

  /** The buffer that holds the text. */
  get bytes(): SharedBytes {
    return this.#bytes;
  }

  get starts(): Uint32Array {
    return this.#starts;
  }

  get lengths(): Uint16Array {
    return this.#lengths;
  }

  /** Sets a line's value, with lines in ascending order. {@link commit} writes it to the text. */
  setNumber(line: number, value: number, patch: Patch): void {
    if (!decimal.read(value)) this.setText(line, formatGoFloat(value), patch);
    else if (this.#isRoom(line, decimal.length)) decimal.write(this.#bytes.buffer, this.#starts[line] as number);
    else patch.add(line, decimal.length, value);
  }

  /**
   * Sets the text after a line's labels, one character per byte.
   *
   * @returns false when it is unchanged
   */
  setText(line: number, text: string, patch: Patch): boolean {
    if (this.#isText(line, text)) return false;
    if (this.#isRoom(line, text.length)) writeAscii(this.#bytes.buffer, this.#starts[line] as number, text);
    else patch.add(line, text.length, text);
    return true;
  }

  /** Writes all changes to the text. */
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
    this.#text = undefined;
    this.#length += growth;
    patch.recycle(from);
  }

  /**
   * Copies some of the lines to a new block.
   *
   * @param ranges ranges of lines, ascending, ends excluded
   * @param head the number of bytes before the first line, which are copied too
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

  /** Where a line ends, after its line feed. */
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

/** BlockBuilder writes the text of one block after another, and records where the values are. */
export class BlockBuilder {
  #room = Buffer.allocUnsafeSlow(256 * 1024);
  #starts = new Uint32Array(4096);
  #lengths = new Uint16Array(4096);
  #written = 0;
  #waiting = '';
  #lines = 0;

  /** Begins a block, or continues after the text of a block that it replaces. */
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

  /** The number of bytes written so far. */
  get length(): number {
    return this.#written + this.#waiting.length;
  }

  /** Writes text that never changes. */
  constant(text: string, isAscii: boolean): void {
    if (isAscii) {
      this.#waiting += text;
      return;
    }
    this.#flush();
    this.#makeRoom(text.length * 3);
    this.#written += this.#room.write(text, this.#written, 'utf8');
  }

  /** Writes a line's value, in ASCII. */
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

/** Adds room for values to grow a little. */
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
