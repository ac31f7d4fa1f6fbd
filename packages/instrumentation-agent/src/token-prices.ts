import { checkOptions, describeValue, nonEmptyString, numberBetween } from '@trademeter/instrumentation';
import { type Money, type TokenUsage, tokenCount } from './token-usage.ts';

/** The price of a model, per million tokens. */
export interface TokenPrice {
  readonly input: number;
  /** Output, including reasoning. */
  readonly output: number;
  /** Input that is read from the provider's cache. Default: `input`. */
  readonly cachedInput?: number | undefined;
  /** Input that is written to the provider's cache. Default: `input`. */
  readonly cacheWrite?: number | undefined;
  /** Input that is written to the provider's cache to be kept for an hour (Anthropic). Default: `cacheWrite`. */
  readonly cacheWrite1h?: number | undefined;
  /** ISO 4217 or asset code: `USD`. */
  readonly currency: string;
}

/** Prices by model: the name of the request or of the response. The name of the response takes precedence. */
export type TokenPrices = Readonly<Record<string, TokenPrice>>;

const price = numberBetween(0, Number.POSITIVE_INFINITY);
const checks = {
  input: price,
  output: price,
  cachedInput: price,
  cacheWrite: price,
  cacheWrite1h: price,
  currency: nonEmptyString,
};
const required: readonly string[] = ['input', 'output', 'currency'];

/** Checks and copies the price table. @throws ConfigurationError with the model and the invalid value */
export function readTokenPrices(prices: TokenPrices | undefined): ReadonlyMap<string, TokenPrice> {
  const byModel = new Map<string, TokenPrice>();
  if (prices === undefined) return byModel;
  for (const [model, entry] of Object.entries(prices)) {
    checkOptions('instrumentation-agent', entry, checks, required, `prices[${describeValue(model)}]`);
    byModel.set(model, { ...entry });
  }
  return byModel;
}

/** Computes the cost of a usage. Each input token has exactly one price. */
export function costOf(usage: TokenUsage, model: TokenPrice): Money {
  const input = tokenCount(usage.inputTokens) ?? 0;
  const output = tokenCount(usage.outputTokens) ?? 0;
  const cached = Math.min(tokenCount(usage.cachedInputTokens) ?? 0, input);
  const written = Math.min(tokenCount(usage.cacheWriteTokens) ?? 0, input - cached);
  const writtenFor1h = Math.min(tokenCount(usage.cacheWrite1hTokens) ?? 0, written);
  const cacheWrite = model.cacheWrite ?? model.input;
  const amount =
    (input - cached - written) * model.input +
    cached * (model.cachedInput ?? model.input) +
    (written - writtenFor1h) * cacheWrite +
    writtenFor1h * (model.cacheWrite1h ?? cacheWrite) +
    output * model.output;
  return { amount: amount / 1_000_000, currency: model.currency };
}
