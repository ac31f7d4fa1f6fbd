import { describeValue } from '@trademeter/config';

/** Maximum nesting of attributes: receivers reject a request whose messages nest more than 100 levels. */
const mostNested = 20;

/** Thrown when the next part does not fit into the request. */
export class RequestFullError extends Error {
  override name = 'RequestFullError';
}

/**
 * Converts a text field; `undefined` if it is missing. Numbers, booleans and bigints are converted to text.
 *
 * @throws TypeError for other values
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
 * @throws TypeError if it has none
 */
export function nameOf({ name }: { readonly name: unknown }): string {
  const text = textOf(name);
  if (text === undefined || text === '') throw new TypeError('its name is empty');
  return text;
}

/** @throws RangeError if it is nested too deep, for example because it contains itself */
export function checkDepth(depth: number): void {
  if (depth > mostNested) throw new RangeError(`an attribute is nested more than ${mostNested} deep`);
}
