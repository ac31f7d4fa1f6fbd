import type { TokenUsage } from './token-usage.ts';

/** An object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** What was found in a response, a chunk or an event of a known shape. */
export interface FoundUsage {
  readonly shape: ResponseShape;
  /** The provider's own figures. Streams report theirs more than once, each time all that was used so far. */
  readonly figures: Fields;
  /** The model that answered. */
  readonly model?: string | undefined;
  /** Why the response is a failure although it arrived. */
  readonly failure?: string | undefined;
}

/** How one provider reports what was used. */
export interface ResponseShape {
  /** Looks for it in one object; reads no deeper than it has to. */
  find(response: Fields): Omit<FoundUsage, 'shape'> | undefined;
  /** Counts the provider's figures as OpenTelemetry does. */
  count(figures: Fields): TokenUsage;
}

/** The object in a field, or `undefined`. */
export function objectIn(fields: Fields, key: string): Fields | undefined {
  const value = fields[key];
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

/** The text in a field, or `undefined`. */
export function textIn(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
