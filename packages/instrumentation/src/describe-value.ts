const longest = 60;
const longestMessage = 300;

/** A short text for any value, for messages: quoted when a string, cut when long. Never throws. */
export function describeValue(value: unknown): string {
  try {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
      case 'bigint':
        return `${value}n`;
      case 'function':
        return 'a function';
      case 'symbol':
        return 'a symbol';
      case 'object':
        if (value === null) return 'null';
        if (Array.isArray(value)) return 'an array';
        if (value instanceof Error) return describeValue(value.message);
        return 'an object';
      default:
        return String(value);
    }
  } catch {
    return `a ${typeof value}`;
  }
}

/** What an error says, or a short text for what was thrown instead of one; cut when very long. Never throws. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error && typeof error.message === 'string' && error.message !== '') {
      return error.message.length > longestMessage ? `${error.message.slice(0, longestMessage)}…` : error.message;
    }
  } catch {
    // It is described as what it is.
  }
  return describeValue(error);
}
