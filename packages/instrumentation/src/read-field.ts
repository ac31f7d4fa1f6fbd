/** Reads a property of a value that others made. `undefined` when there is none, or its getter throws. */
export function readField(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** As {@link readField}, without running what a prototype has: node-fetch logs a warning when some of it is read. */
export function readOwnField(value: unknown, key: string): unknown {
  try {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? readField(value, key) : undefined;
  } catch {
    return undefined;
  }
}
