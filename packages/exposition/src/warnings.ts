/** Warnings receives messages about metrics that could not be exported as they were recorded. */
export interface Warnings {
  /** Logs a message once. */
  warnOnce(message: string): void;
}
