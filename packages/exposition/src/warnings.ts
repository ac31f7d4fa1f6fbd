/** Where rendering says what it could not show as it was recorded. */
export interface Warnings {
  /** Logs a message, unless it was logged before. */
  warnOnce(message: string): void;
}
