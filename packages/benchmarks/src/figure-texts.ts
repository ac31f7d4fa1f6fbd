/** Nanoseconds with a unit. */
export function nanos(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ns`;
}

/** Milliseconds with a unit. */
export function millis(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

/** Bytes as megabytes, with a unit. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
