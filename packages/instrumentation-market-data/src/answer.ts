import { errorType, httpStatusOf } from '@trademeter/instrumentation';

/**
 * What is known of how a provider answered: an error, an HTTP status as a number or as its digits, or a `Response` as
 * fetch gives it, which has not thrown.
 */
export type Answer = unknown;

/** What an answer says of its provider: that it is there, that it is not, or nothing. */
export type Availability = 'available' | 'unavailable' | undefined;

/**
 * Whether a provider refused because there were too many requests: HTTP 429, in an error or in a `Response`, or an error
 * class that says so (ccxt's `RateLimitExceeded`). Never throws.
 */
export function isRateLimit(answer: Answer): boolean {
  return statusOf(answer) === 429 || /^(?:RateLimit|TooManyRequests)/u.test(errorType(answer));
}

// What Node and fetch, axios, the SDKs of OpenAI and Anthropic, and ccxt call a request that its caller gave up.
const givenUp: ReadonlySet<unknown> = new Set([
  'AbortError',
  'ABORT_ERR',
  'CanceledError',
  'ERR_CANCELED',
  'APIUserAbortError',
  'ExchangeClosedByUser',
]);

const mistakes: ReadonlySet<unknown> = new Set([
  'TypeError',
  'ReferenceError',
  'RangeError',
  'SyntaxError',
  'EvalError',
  'URIError',
]);

// What ccxt throws before it asks the exchange: of the market, the arguments, the method and the keys. What derives from
// them, such as PermissionDenied, the exchange has said.
const refusedByCcxt: ReadonlySet<string> = new Set([
  'BadSymbol',
  'ArgumentsRequired',
  'NotSupported',
  'AuthenticationError',
]);

/**
 * What an error, or a `Response` that is not ok, says of its provider. It is there when it has answered: with HTTP 4xx, or
 * with what is an `ExchangeError` to ccxt, other than those that ccxt also throws before it asks. These, and what the bot
 * itself gave up or did wrong, say nothing. All else is a provider that does not answer. Never throws.
 */
export function availabilityOf(answer: Answer): Availability {
  // fetch rejects with a TypeError when the network fails, and has what failed as its cause.
  const failure = isMistake(answer) ? causeOf(answer) : answer;
  if (isMistake(failure)) return undefined;
  const status = statusOf(failure);
  if (status !== undefined) return status < 500 ? 'available' : 'unavailable';
  if (refusedByCcxt.has(errorType(failure))) return undefined;
  const names = namesOf(failure);
  if (names.some((name) => givenUp.has(name))) return undefined;
  return names.includes('ExchangeError') ? 'available' : 'unavailable';
}

/** The status of a `Response` that is not a success: fetch does not throw on one. */
export function failedResponseStatus(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { ok?: unknown }).ok === false ? httpStatusOf(value) : undefined;
}

function statusOf(answer: Answer): number | undefined {
  const isStatus = typeof answer === 'number' || (typeof answer === 'string' && /^\d{3}$/u.test(answer));
  return httpStatusOf(isStatus ? { status: Number(answer) } : answer);
}

function isMistake(error: unknown): boolean {
  return namesOf(error).some((name) => mistakes.has(name));
}

/** A mistake without a cause is its own. */
function causeOf(mistake: unknown): unknown {
  try {
    return (mistake as { cause?: unknown }).cause ?? mistake;
  } catch {
    return mistake;
  }
}

/** All that an error is called: by its name, its code, and each class that it is of. A text is a name itself. */
function namesOf(error: unknown): readonly unknown[] {
  const names = [error];
  try {
    const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
    names.push(name, code);
    let prototype: unknown = Object.getPrototypeOf(error);
    while (prototype !== null) {
      names.push((prototype as object).constructor.name);
      prototype = Object.getPrototypeOf(prototype);
    }
  } catch {
    // What cannot be read is called nothing more.
  }
  return names;
}
