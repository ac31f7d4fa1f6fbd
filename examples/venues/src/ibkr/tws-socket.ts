/** A message of the TWS protocol, field by field. */
export type TwsFields = readonly (string | number)[];

/** Writes a message: its length, then its fields, each terminated by a zero byte. */
export function encodeTws(fields: TwsFields): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

const prefix = 'API\0';

/** Reads a client's stream: first its versions (`v100..193`), then messages. */
export class TwsReader {
  #pending = Buffer.alloc(0);
  #isGreeted = false;

  /** @returns the complete messages; the versions are a message with one field */
  read(chunk: Buffer): string[][] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const messages: string[][] = [];
    for (;;) {
      const start = this.#isGreeted ? 0 : prefix.length;
      if (this.#pending.length < start + 4) return messages;
      const end = start + 4 + this.#pending.readUInt32BE(start);
      if (this.#pending.length < end) return messages;
      const text = this.#pending.toString('utf8', start + 4, end);
      messages.push(this.#isGreeted ? text.split('\0').slice(0, -1) : [text]);
      this.#pending = this.#pending.subarray(end);
      this.#isGreeted = true;
    }
  }
}
