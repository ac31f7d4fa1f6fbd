const longest = 60;

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
