import type { AttributeDefinition, AttributeValue } from '@trademeter/semantic-conventions';

/** The number of characters that are kept of an attribute. Longer values cost memory in every series. */
export const longestAttributeValue = 255;

/**
 * Converts the value of an attribute to its recorded form: a listed value in its listed case, a number as its digits if
 * the attribute is a text, a text cut to 255 characters. Values with the same result share a series, so use this before
 * you decide something by an attribute, or use it as a key.
 *
 * @returns `undefined` for a value that cannot be recorded
 */
export function attributeValue<const A extends AttributeDefinition>(
  definition: A,
  value: unknown,
): AttributeValue<A> | undefined;
export function attributeValue(
  { type, values, open }: AttributeDefinition,
  value: unknown,
): string | number | boolean | undefined {
  if (type === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (type === 'int') return Number.isInteger(value) ? (value as number) : undefined;
  if (type === 'double') return Number.isFinite(value) ? (value as number) : undefined;
  // Some ids are numbers.
  const text = typeof value === 'number' && Number.isFinite(value) ? `${value}` : value;
  if (typeof text !== 'string' || text === '') return undefined;
  if (values !== undefined && !values.includes(text)) {
    const lower = text.toLowerCase();
    if (values.includes(lower)) return lower;
    if (open !== true) return undefined;
  }
  const kept = text.length > longestAttributeValue ? startOf(text) : text;
  // A lone surrogate is not valid Unicode, and encoders treat it differently.
  return kept.isWellFormed() ? kept : kept.toWellFormed();
}

/** Copies the start of a text: a slice would keep the whole text in memory while the series exists. */
function startOf(text: string): string {
  return Buffer.from(text.slice(0, longestAttributeValue), 'utf16le').toString('utf16le');
}

/** The allowed values of an attribute, for messages. */
export function allowedValues({ type, values, open }: AttributeDefinition): string {
  if (type === 'int') return 'an integer';
  if (type === 'double') return 'a finite number';
  if (type === 'boolean') return 'true or false';
  return values === undefined || open ? 'a non-empty string' : `one of ${values.join(', ')}`;
}
