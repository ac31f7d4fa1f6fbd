import type { TokenUsage } from './token-usage.ts';

/** An object of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** The usage in a response, a chunk or an event of a known shape. */
export interface FoundUsage {
  readonly shape: ResponseShape;
  /** The provider's own figures. A stream reports them more than once, each time as a total. */
  readonly figures: Fields;
  /** The model that answered. */
  readonly model?: string | undefined;
  /** The reason, if the response itself reports a failure. */
  readonly failure?: string | undefined;
}

/** How one provider reports usage. */
export interface ResponseShape {
  /** Finds the usage in one object. Reads no more of it than necessary. */
  find(response: Fields): Omit<FoundUsage, 'shape'> | undefined;
  /** Converts the provider's figures to OpenTelemetry's definitions. */
  count(figures: Fields): TokenUsage;
}

/** The object in a field; `undefined` if there is none. */
export function objectIn(fields: Fields, key: string): Fields | undefined {
  const value = fields[key];
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

/** The text in a field; `undefined` if there is none. */
export function textIn(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
