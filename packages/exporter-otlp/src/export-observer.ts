/** ExportEnd is how an export ended. */
export interface ExportEnd {
  /** Why it failed; `undefined` if the receiver accepted it. */
  readonly error?: unknown;
  /** The number of data points rejected in an accepted export. Default 0. */
  readonly rejectedDataPoints?: number | undefined;
}

/**
 * ExportObserver sees every export, which is one request with its retries. If a collection is split, each request is
 * reported.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/
 */
export interface ExportObserver {
  /**
   * Called when an export begins, before its first attempt.
   *
   * @returns a function that is called exactly once, after the last attempt
   */
  begin(dataPoints: number): (end: ExportEnd) => void;
  /** Called with the number of data points that cannot be encoded. */
  drop?(dataPoints: number): void;
}
