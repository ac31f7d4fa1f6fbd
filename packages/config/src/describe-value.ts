import { ConfigurationError } from './configuration-error.ts';
import { shownUrl } from './shown-url.ts';

const longestText = 60;
const longestMessage = 300;

/**
 * A short text for any value, for messages: quoted when a string, cut when long, and without the user, password and
 * query of a URL. Never throws.
 */
export function describeValue(value: unknown): string {
  try {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(cut(shownUrl(value), longestText));
      case 'bigint':
        return `${value}n`;
      case 'function':
        return 'a function';
      case 'symbol':
        return 'a symbol';
      case 'object':
        if (value === null) return 'null';
        if (Array.isArray(value)) return describeList(value);
        if (value instanceof Error) return describeValue(value.message);
        return 'an object';
      default:
        return String(value);
    }
  } catch {
    return `a ${typeof value}`;
  }
}

const mostItems = 20;

// Lists are short, and the wrong item in them is what the reader looks for.
function describeList(list: readonly unknown[]): string {
  const shown = list.slice(0, mostItems).map((item) => (Array.isArray(item) ? 'an array' : describeValue(item)));
  return `[${shown.join(', ')}${list.length > mostItems ? ', …' : ''}]`;
}

/** An error with its class, for what others throw: `TypeError: no connection`. Never throws. */
export function describeError(error: unknown): string {
  try {
    return cut(String(error), longestMessage);
  } catch {
    return 'a value that cannot be shown';
  }
}

/**
 * What an error says, or a short text for what was thrown instead of one; cut when very long. Never throws.
 *
 * @param error anything that was thrown; a ConfigurationError gives its problem, without the name of its package
 */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof ConfigurationError) return error.problem;
    if (error instanceof Error && typeof error.message === 'string' && error.message !== '') {
      return cut(error.message, longestMessage);
    }
  } catch {
    // A getter threw: the value is described instead.
  }
  return describeValue(error);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
