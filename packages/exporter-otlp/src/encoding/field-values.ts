import { describeValue } from '@trademeter/config';

/** How deep attributes may be nested: receivers refuse a request whose messages nest more than 100 deep. */
const mostNested = 20;

/** What was written so far and this do not fit into one request. */
export class RequestFullError extends Error {
  override name = 'RequestFullError';
}

/**
 * A text field: `undefined` when there is none. Numbers and the like are spelled.
 *
 * @throws TypeError for a value that has no text
 */
export function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      if (value === undefined || value === null) return undefined;
      throw new TypeError(`a text is expected, got ${describeValue(value)}`);
  }
}

/**
 * The name of a metric.
 *
 * @throws TypeError when there is none
 */
export function nameOf({ name }: { readonly name: unknown }): string {
  const text = textOf(name);
  if (text === undefined || text === '') throw new TypeError('its name is empty');
  return text;
}

/** @throws RangeError when it is nested too deep, as what contains itself is */
export function checkDepth(depth: number): void {
  if (depth > mostNested) throw new RangeError(`an attribute is nested more than ${mostNested} deep`);
}
