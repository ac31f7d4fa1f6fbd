import type { AttributeDefinition, AttributeValue } from '@trademeter/semantic-conventions';

/** How many characters of an attribute are kept: a longer label helps nobody and costs memory in every series. */
export const longestAttributeValue = 255;

/**
 * An attribute's value as it is recorded: a listed value in whatever case is that value, a number for a text is its
 * digits, a text is cut at 255 characters. Two values that are the same here are the same label, so whoever decides
 * something by an attribute, or keeps something by it, asks here.
 *
 * @returns `undefined` for what cannot be recorded
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
  // An id that happens to be a number is still that id.
  const text = typeof value === 'number' && Number.isFinite(value) ? `${value}` : value;
  if (typeof text !== 'string' || text === '') return undefined;
  if (values !== undefined && !values.includes(text)) {
    const lower = text.toLowerCase();
    if (values.includes(lower)) return lower;
    if (open !== true) return undefined;
  }
  const kept = text.length > longestAttributeValue ? startOf(text) : text;
  // A lone surrogate is no Unicode: each encoder writes another thing for it.
  return kept.isWellFormed() ? kept : kept.toWellFormed();
}

/** A copy: a slice would keep all of the text in memory for as long as the series lives. */
function startOf(text: string): string {
  return Buffer.from(text.slice(0, longestAttributeValue), 'utf16le').toString('utf16le');
}

/** What an attribute may be, for messages. */
export function allowedValues({ type, values, open }: AttributeDefinition): string {
  if (type === 'int') return 'an integer';
  if (type === 'double') return 'a finite number';
  if (type === 'boolean') return 'true or false';
  return values === undefined || open ? 'a non-empty string' : `one of ${values.join(', ')}`;
}
