/** An amount of money. */
export interface Money {
  readonly amount: number;
  /** ISO 4217 or asset code: `USD`, `USDT`. */
  readonly currency: string;
}

/**
 * The usage of one operation of a language model, as OpenTelemetry counts it: the input includes tokens that were read
 * from or written to a cache, the output includes the reasoning.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/
 */
export interface TokenUsage {
  /** The model that answered. */
  readonly responseModel?: string | undefined;
  /** All input tokens, including cached ones. */
  readonly inputTokens?: number | undefined;
  /** All output tokens, including reasoning. */
  readonly outputTokens?: number | undefined;
  /** The input tokens that were read from the provider's cache. */
  readonly cachedInputTokens?: number | undefined;
  /** The input tokens that were written to the provider's cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** The part of `cacheWriteTokens` that is kept for an hour (Anthropic). */
  readonly cacheWrite1hTokens?: number | undefined;
  /** The cost as reported by the provider. Takes precedence over the price table. */
  readonly cost?: Money | undefined;
}

/** Reads a number of tokens; `undefined` if it is invalid. */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
