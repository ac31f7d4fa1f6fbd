import { errorType, httpStatusOf } from '@trademeter/instrumentation';

/** What is known of how a provider answered: an error, or a `Response` as fetch gives it, which has not thrown. */
export type Answer = unknown;

/**
 * Whether a provider refused because there were too many requests: HTTP 429, in an error or in a `Response`, or an error
 * class that says so (ccxt's `RateLimitExceeded`).
 */
export function isRateLimit(answer: Answer): boolean {
  return httpStatusOf(answer) === 429 || /^(?:RateLimit|TooManyRequests)/u.test(errorType(answer));
}

/**
 * What an error, or a `Response` that is not ok, says of its provider: that it is there, since it has answered, with
 * HTTP 4xx; that it is not; or nothing, since the bot itself gave the request up.
 */
export function availabilityOf(answer: Answer): 'available' | 'unavailable' | undefined {
  const status = httpStatusOf(answer);
  if (status !== undefined) return status < 500 ? 'available' : 'unavailable';
  return errorType(answer) === 'AbortError' ? undefined : 'unavailable';
}

/** The status of a `Response` that is not a success: fetch does not throw on one. */
export function failedResponseStatus(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { ok?: unknown }).ok === false ? httpStatusOf(value) : undefined;
}
