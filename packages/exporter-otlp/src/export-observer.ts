/** How an export ended. */
export interface ExportEnd {
  /** Why it failed; `undefined` when the receiver accepted it. */
  readonly error?: unknown;
  /** How many data points the receiver rejected of an export that it accepted. Default 0. */
  readonly rejectedDataPoints?: number | undefined;
}

/**
 * Sees every export: one request with its retries. A reader that splits a collection reports each request.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/
 */
export interface ExportObserver {
  /**
   * Called when an export begins, before its first attempt.
   *
   * @returns a function to call exactly once, when the last attempt has ended
   */
  begin(dataPoints: number): (end: ExportEnd) => void;
  /** Called with the number of data points that no request can carry: they cannot be encoded. */
  drop?(dataPoints: number): void;
}
