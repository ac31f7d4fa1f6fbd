/** An amount of money. */
export interface Money {
  readonly amount: number;
  /** ISO 4217 or an asset's code: `USD`, `USDT`. */
  readonly currency: string;
}

/**
 * What one operation of a language model used, as OpenTelemetry counts it: the input with what came from a cache and
 * what was written to one, the output with the reasoning.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/
 */
export interface TokenUsage {
  /** The model that answered. */
  readonly responseModel?: string | undefined;
  /** All input tokens, the cached ones included. */
  readonly inputTokens?: number | undefined;
  /** All output tokens, those of the reasoning included. */
  readonly outputTokens?: number | undefined;
  /** How many of the input tokens were read from the provider's cache. */
  readonly cachedInputTokens?: number | undefined;
  /** How many of the input tokens were written to the provider's cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** How many of those were written to be kept for an hour (Anthropic). */
  readonly cacheWrite1hTokens?: number | undefined;
  /** What it cost, where the provider says so; wins over the price table. */
  readonly cost?: Money | undefined;
}

/** A number of tokens, or `undefined` for what is none. */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
