/** Reads a property of any value; `undefined` if it does not exist or its getter throws. */
export function readField(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** As {@link readField}, for own properties only: node-fetch has getters on its prototype that log a warning. */
export function readOwnField(value: unknown, key: string): unknown {
  try {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? readField(value, key) : undefined;
  } catch {
    return undefined;
  }
}
