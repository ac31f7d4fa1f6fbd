import { formatGoFloat } from './go-float.ts';

/** Bytes that answers under way may still be reading: while they are pinned, they must not change. */
export class SharedBytes {
  readonly buffer: Buffer;
  pins = 0;

  constructor(size: number) {
    // Slow: a pooled buffer would keep its whole pool alive.
    this.buffer = Buffer.allocUnsafeSlow(size);
  }
}

// Values that changed their length in the block that is being patched. One block is patched at a time.
let movedLines: number[] = [];
let movedTexts: string[] = [];
// The buffer that the last block moved out of, for the next one to move into.
let spare: SharedBytes | undefined;

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

  /** Writes a line's value. It stands in the text after {@link commit}. */
  setNumber(line: number, value: number): void {
    // What nearly all values are, without a string.
    if (value >= 0 && value < 1e6 && Number.isInteger(value) && this.#bytes.pins === 0) {
      const length = digitsOf(value);
      if (length === this.#lengths[line]) {
        const { buffer } = this.#bytes;
        let rest = value;
        const start = this.#starts[line] ?? 0;
        for (let position = start + length - 1; position >= start; position -= 1) {
          const tens = (rest / 10) | 0;
          buffer[position] = 48 + rest - tens * 10;
          rest = tens;
        }
        return;
      }
    }
    this.setText(line, formatGoFloat(value));
  }

  /** Writes what stands behind a line's labels: ASCII only. It stands in the text after {@link commit}. */
  setText(line: number, text: string): void {
    if (text.length === this.#lengths[line] && this.#bytes.pins === 0) {
      writeAscii(this.#bytes.buffer, this.#starts[line] ?? 0, text);
    } else {
      movedLines.push(line);
      movedTexts.push(text);
    }
  }

  /** Brings the text up to date with what was set since, lines in ascending order. */
  commit(): void {
    if (movedLines.length === 0) return;
    const lines = movedLines;
    const texts = movedTexts;
    movedLines = [];
    movedTexts = [];
    let growth = 0;
    for (const [index, line] of lines.entries()) growth += (texts[index]?.length ?? 0) - (this.#lengths[line] ?? 0);
    const from = this.#bytes;
    const to = bytesFor(this.#length + growth);
    this.#move(from.buffer, to.buffer, lines, texts);
    this.#bytes = to;
    this.#length += growth;
    if (from.pins === 0) spare = from;
  }

  #move(from: Buffer, to: Buffer, lines: readonly number[], texts: readonly string[]): void {
    const starts = this.#starts;
    const lengths = this.#lengths;
    let read = 0;
    let shift = 0;
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index] as number;
      const text = texts[index] as string;
      const start = starts[line] as number;
      from.copy(to, read + shift, read, start);
      writeAscii(to, start + shift, text);
      read = start + (lengths[line] as number);
      starts[line] = start + shift;
      shift += text.length - (lengths[line] as number);
      lengths[line] = text.length;
      const next = lines[index + 1] ?? starts.length;
      if (shift !== 0)
        for (let behind = line + 1; behind < next; behind += 1) starts[behind] = (starts[behind] as number) + shift;
    }
    from.copy(to, read + shift, read, this.#length);
  }
}

/** Forgets what was set in a block that is given up before it is committed. */
export function abandonPatch(): void {
  movedLines = [];
  movedTexts = [];
}

// Where blocks are written. One block is built at a time.
let room = Buffer.allocUnsafeSlow(256 * 1024);
let roomStarts = new Uint32Array(4096);
let roomLengths = new Uint16Array(4096);

/** Writes the text of one block, and remembers where the values stand. One is at work at a time. */
export class BlockBuilder {
  #written = 0;
  #waiting = '';
  #lines = 0;

  /** Begins anew, or behind the text of a block that it takes the place of. */
  begin(behind?: TextBlock): void {
    this.#written = 0;
    this.#waiting = '';
    this.#lines = 0;
    if (behind === undefined) return;
    this.#makeRoom(behind.length);
    room.set(behind.text);
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
    this.#written += room.write(text, this.#written, 'utf8');
  }

  /** A line's value: ASCII only. */
  value(text: string): void {
    this.#addLine(this.length, text.length);
    this.#waiting += text;
  }

  build(): TextBlock {
    this.#flush();
    return new TextBlock(
      room.subarray(0, this.#written),
      roomStarts.slice(0, this.#lines),
      roomLengths.slice(0, this.#lines),
    );
  }

  #addLine(start: number, length: number): void {
    if (this.#lines === roomStarts.length) {
      const [starts, lengths] = [roomStarts, roomLengths];
      roomStarts = new Uint32Array(starts.length * 2);
      roomLengths = new Uint16Array(lengths.length * 2);
      roomStarts.set(starts);
      roomLengths.set(lengths);
    }
    roomStarts[this.#lines] = start;
    roomLengths[this.#lines] = length;
    this.#lines += 1;
  }

  #flush(): void {
    if (this.#waiting === '') return;
    this.#makeRoom(this.#waiting.length);
    this.#written += room.write(this.#waiting, this.#written, 'latin1');
    this.#waiting = '';
  }

  #makeRoom(more: number): void {
    if (this.#written + more <= room.length) return;
    const larger = Buffer.allocUnsafeSlow((this.#written + more) * 2);
    larger.set(room.subarray(0, this.#written));
    room = larger;
  }
}

/** Room for the values to grow a little. */
function withSlack(length: number): number {
  return length + (length >> 5) + 64;
}

function bytesFor(length: number): SharedBytes {
  const candidate = spare;
  if (
    candidate !== undefined &&
    candidate.buffer.length >= length &&
    candidate.buffer.length <= 2 * withSlack(length)
  ) {
    spare = undefined;
    return candidate;
  }
  return new SharedBytes(withSlack(length));
}

function digitsOf(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1_000) return 3;
  if (value < 10_000) return 4;
  return value < 100_000 ? 5 : 6;
}

function writeAscii(buffer: Buffer, start: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) buffer[start + index] = text.charCodeAt(index);
}
