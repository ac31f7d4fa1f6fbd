import { errorType, hasErrorList, httpStatusOf, isVenueRateLimit, venueCodeOf } from '@trademeter/instrumentation';

/**
 * How a request to a provider ended: an error, an HTTP status as a number or as digits, or a `Response` of fetch, which
 * does not throw.
 */
export type Answer = unknown;

/** What an answer says about the availability of its provider; `undefined` if it says nothing. */
export type Availability = 'available' | 'unavailable' | undefined;

// Error classes of ccxt and other libraries. ccxt throws DDoSProtection for HTTP 429 of many exchanges.
const rateLimitClass = /^(?:RateLimit|TooManyRequests|DDoSProtection)/u;
// Error types. Kraken answers with HTTP 200 and EAPI:Rate limit exceeded or EService:Throttled.
const rateLimitType =
  /^(?:(?:429|418)$|RateLimit|TooManyRequests|DDoSProtection|E[A-Z]\w+:(?:Rate limit|Too many requests|Throttled))/u;

/**
 * Whether an answer is a rate limit hit: HTTP 429 or 418 in an error, its causes or a `Response`; an error class such
 * as ccxt's `RateLimitExceeded` and `DDoSProtection`; Kraken's text for it; or the code of Binance, Bitfinex, Bybit,
 * Deribit, Gate, KuCoin or OKX. Never throws.
 */
export function isRateLimit(answer: Answer): boolean {
  return (
    causesOf(answer).some((failure) => {
      const status = statusOf(failure);
      return (
        status === 429 ||
        status === 418 ||
        isVenueRateLimit(failure) ||
        namesOf(failure).some((name) => typeof name === 'string' && rateLimitClass.test(name))
      );
    }) || rateLimitType.test(errorType(answer))
  );
}

// Names of aborted requests in Node and fetch, axios, the SDKs of OpenAI and Anthropic, and ccxt.
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

// Errors that ccxt also throws before it sends a request, about the market, the arguments, the method and the keys.
// Their subclasses, such as PermissionDenied, come from the exchange.
const refusedByCcxt: ReadonlySet<string> = new Set([
  'BadSymbol',
  'ArgumentsRequired',
  'NotSupported',
  'AuthenticationError',
]);

// Codes of Binance, Bybit and OKX for an outage of the venue or of its backend.
const outageCodes: ReadonlySet<string> = new Set(
  '-1000 -1001 -1006 -1007 -1008 -1016 10000 10016 10019 50001 50004 50013 50026'.split(' '),
);

/**
 * Decides what an error, or a `Response` that is not ok, says about its provider. The provider is available if it
 * answered: with HTTP 4xx, with its own code (except outage codes), with a rate limit, or with an error that ccxt
 * derives from `ExchangeError`. Aborts, programming errors, and errors that ccxt also throws before it sends a request
 * say nothing. Everything else means unavailable. Never throws.
 */
export function availabilityOf(answer: Answer): Availability {
  if (isRateLimit(answer)) return 'available';
  // If the network fails, fetch rejects with a TypeError whose cause is the failure. Other errors wrap failures, too.
  const causes = causesOf(answer);
  const failure = causes.find((cause) => !isWrapper(cause)) ?? causes.at(-1);
  if (isMistake(failure)) return undefined;
  const status = statusOf(failure);
  // Bitfinex answers every refusal with HTTP 500.
  if (status !== undefined && !hasErrorList(failure)) return status < 500 ? 'available' : 'unavailable';
  if (refusedByCcxt.has(errorType(failure))) return undefined;
  const names = namesOf(failure);
  if (names.some((name) => givenUp.has(name))) return undefined;
  return names.includes('ExchangeError') || isAnswerOfVenue(failure) ? 'available' : 'unavailable';
}

/** The status of a `Response` that is not ok, for which fetch does not throw. */
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

/** Whether an error only wraps its cause: a programming error or a plain error that has a cause. */
function isWrapper(error: unknown): boolean {
  if (causeOf(error) === undefined || statusOf(error) !== undefined || isAnswerOfVenue(error)) return false;
  const [, name, code] = namesOf(error);
  return isMistake(error) || (name === 'Error' && code === undefined);
}

/** Recognizes a code of a venue: above 10,000 or, at Binance, below -1,000; Kraken and IBKR have prefixes. */
function isAnswerOfVenue(error: unknown): boolean {
  const answer = typeof error === 'string' ? { message: error } : typeof error === 'number' ? { code: error } : error;
  const code = venueCodeOf(answer, undefined);
  if (code === undefined || outageCodes.has(code)) return false;
  const number = Number(code);
  return (
    number >= 10_000 || number <= -1000 || /^(?:ibkr_[1-4]|E(?!Service)[A-Z]\w*:|E(?!Service)[A-Z][a-z]+$)/u.test(code)
  );
}

function causeOf(error: unknown): unknown {
  try {
    return (error as { cause?: unknown }).cause ?? undefined;
  } catch {
    return undefined;
  }
}

/** The error and its causes, from the outside to the inside. At most eight, because causes may have cycles. */
function causesOf(answer: unknown): readonly unknown[] {
  const causes = [answer];
  for (let cause = causeOf(answer); cause !== undefined && causes.length < 8; cause = causeOf(cause))
    causes.push(cause);
  return causes;
}

/** All names of an error: its name, its code, and its classes. A text is its own name. */
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
    // An unreadable error has no more names.
  }
  return names;
}
