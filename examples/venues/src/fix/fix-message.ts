/** Tags and values, in order. */
export type FixFields = readonly (readonly [tag: number, value: string])[];

const separator = '\u0001';
const begin = 'FIX.4.4';

/** Writes a FIX 4.4 message with its length and checksum. */
export function encodeFix(fields: FixFields): string {
  const body = fields.map(([tag, value]) => `${tag}=${value}${separator}`).join('');
  const message = `8=${begin}${separator}9=${Buffer.byteLength(body)}${separator}${body}`;
  return `${message}10=${checksum(message)}${separator}`;
}

function checksum(message: string): string {
  const sum = Buffer.from(message).reduce((total, byte) => total + byte, 0);
  return String(sum % 256).padStart(3, '0');
}

/** Reads messages from a stream of arbitrary chunks. */
export class FixReader {
  #rest = '';

  /** @returns the messages completed by this chunk */
  read(chunk: string): FixFields[] {
    this.#rest += chunk;
    const messages: FixFields[] = [];
    for (;;) {
      const at = this.#rest.indexOf(`${separator}10=`);
      // three digits and a separator
      const end = at + 8;
      if (at < 0 || this.#rest.length < end) return messages;
      messages.push(parse(this.#rest.slice(0, end)));
      this.#rest = this.#rest.slice(end);
    }
  }
}

function parse(message: string): FixFields {
  return message
    .split(separator)
    .filter((field) => field !== '')
    .map((field) => [Number(field.slice(0, field.indexOf('='))), field.slice(field.indexOf('=') + 1)] as const);
}

/** The first value of a tag. */
export function valueOf(fields: FixFields, tag: number): string | undefined {
  return fields.find(([each]) => each === tag)?.[1];
}
