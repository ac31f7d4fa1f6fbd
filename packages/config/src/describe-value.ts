import { ConfigurationError } from './configuration-error.ts';
import { shownUrl } from './shown-url.ts';

const longestText = 60;
const longestMessage = 300;

/**
 * describeValue describes any value in a short text for messages: strings are quoted, long values are cut, and URLs lose
 * user, password and query. Never throws.
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

// Shows items, because the reader looks for the wrong one.
function describeList(list: readonly unknown[]): string {
  const shown = list.slice(0, mostItems).map((item) => (Array.isArray(item) ? 'an array' : describeValue(item)));
  return `[${shown.join(', ')}${list.length > mostItems ? ', …' : ''}]`;
}

/** describeError describes anything thrown, with its class: `TypeError: no connection`. Never throws. */
export function describeError(error: unknown): string {
  try {
    return cut(String(error), longestMessage);
  } catch {
    return 'a value that cannot be shown';
  }
}

/**
 * messageOf returns the message of an error, or a short text for anything else thrown. Long messages are cut. Never throws.
 *
 * @param error anything that was thrown; for a ConfigurationError, its problem without the package name
 */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof ConfigurationError) return error.problem;
    if (error instanceof Error && typeof error.message === 'string' && error.message !== '') {
      return cut(error.message, longestMessage);
    }
  } catch {
    // A getter threw: describe the value instead.
  }
  return describeValue(error);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
