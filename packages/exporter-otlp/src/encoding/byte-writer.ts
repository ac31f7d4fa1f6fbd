import { RequestFullError } from './field-values.ts';

/** ByteWriter appends to a buffer that doubles when full, up to a limit. */
export class ByteWriter {
  bytes: Buffer<ArrayBuffer>;
  position = 0;
  readonly #limit: number;
  #view: DataView;

  /** @param bytes the initial buffer */
  constructor(bytes: Buffer<ArrayBuffer>, limit: number) {
    this.#limit = limit;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  /**
   * Makes room for this many further bytes.
   *
   * @throws RequestFullError beyond the limit
   */
  reserve(length: number): void {
    const needed = this.position + length;
    if (needed <= this.bytes.length) return;
    if (needed > this.#limit) throw new RequestFullError();
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * this.bytes.length, this.#limit)));
    this.bytes.copy(grown, 0, 0, this.position);
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** Appends a byte; there must be room for it. */
  byte(value: number): void {
    this.bytes[this.position] = value;
    this.position += 1;
  }

  /** Appends text in UTF-8. */
  text(text: string): void {
    const most = 3 * text.length;
    this.reserve(this.position + most <= this.#limit ? most : Buffer.byteLength(text));
    this.position += this.bytes.write(text, this.position);
  }

  /** Appends bytes. */
  copy(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.position);
    this.position += source.length;
  }

  /** Sets 8 bytes, little endian, to a double. */
  setDouble(position: number, value: number): void {
    this.#view.setFloat64(position, value, true);
  }

  /** Sets 8 bytes, little endian, to an unsigned integer given as two halves. */
  setFixed64(position: number, low: number, high: number): void {
    this.#view.setUint32(position, low, true);
    this.#view.setUint32(position + 4, high, true);
  }

  /** Sets 8 bytes, little endian, to an integer. */
  setInteger(position: number, value: number): void {
    this.setFixed64(position, value >>> 0, Math.floor(value / 2 ** 32) >>> 0);
  }
}
