import { errorType, httpStatusOf, venueCodeOf } from '@trademeter/instrumentation';

/**
 * What is known of how a provider answered: an error, an HTTP status as a number or as its digits, or a `Response` as
 * fetch gives it, which has not thrown.
 */
export type Answer = unknown;

/** What an answer says of its provider: that it is there, that it is not, or nothing. */
export type Availability = 'available' | 'unavailable' | undefined;

// Of ccxt and other libraries. ccxt throws DDoSProtection for HTTP 429 of many exchanges.
const rateLimitClass = /^(?:RateLimit|TooManyRequests|DDoSProtection)/u;
// Of what is deeper inside. Kraken answers with HTTP 200: EAPI:Rate limit exceeded, EService:Throttled.
const rateLimitType =
  /^(?:(?:429|418)$|RateLimit|TooManyRequests|DDoSProtection|E[A-Z]\w+:(?:Rate limit|Too many requests|Throttled))/u;

/**
 * Whether a provider refused because there were too many requests: HTTP 429 or 418, in an error, its causes or a
 * `Response`; an error class that says so (`RateLimitExceeded` and `DDoSProtection` of ccxt); or a text of Kraken that
 * says so. Never throws.
 */
export function isRateLimit(answer: Answer): boolean {
  return (
    causesOf(answer).some((failure) => {
      const status = statusOf(failure);
      return (
        status === 429 ||
        status === 418 ||
        namesOf(failure).some((name) => typeof name === 'string' && rateLimitClass.test(name))
      );
    }) || rateLimitType.test(errorType(answer))
  );
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

// Codes that venues give when they themselves, or what is behind them, do not answer: of Binance, Bybit and OKX.
const outageCodes: ReadonlySet<string> = new Set(
  '-1000 -1001 -1006 -1007 -1008 -1016 10000 10016 10019 50001 50004 50013 50026'.split(' '),
);

/**
 * What an error, or a `Response` that is not ok, says of its provider. It is there when it has answered: with HTTP 4xx,
 * with a code of its own that does not mean an outage, with a refusal for too many requests, or with what is an
 * `ExchangeError` to ccxt, other than those that ccxt also throws before it asks. These, and what the bot itself gave up
 * or did wrong, say nothing. All else is a provider that does not answer. Never throws.
 */
export function availabilityOf(answer: Answer): Availability {
  if (isRateLimit(answer)) return 'available';
  // fetch rejects with a TypeError when the network fails, and has what failed as its cause; so do errors that wrap one.
  const causes = causesOf(answer);
  const failure = causes.find((cause) => !isWrapper(cause)) ?? causes.at(-1);
  if (isMistake(failure)) return undefined;
  const status = statusOf(failure);
  if (status !== undefined) return status < 500 ? 'available' : 'unavailable';
  if (refusedByCcxt.has(errorType(failure))) return undefined;
  const names = namesOf(failure);
  if (names.some((name) => givenUp.has(name))) return undefined;
  return names.includes('ExchangeError') || isAnswerOfVenue(failure) ? 'available' : 'unavailable';
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

/** Whether what it says is that its cause failed: a mistake or a plain error that has one. */
function isWrapper(error: unknown): boolean {
  if (causeOf(error) === undefined || statusOf(error) !== undefined || isAnswerOfVenue(error)) return false;
  const [, name, code] = namesOf(error);
  return isMistake(error) || (name === 'Error' && code === undefined);
}

/** Venues number what they refuse beyond 10,000 or, as Binance does, below -1,000; Kraken and IBKR have prefixes. */
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

/** The error and its causes, from the outside to the inside; a cycle ends with the first eight. */
function causesOf(answer: unknown): readonly unknown[] {
  const causes = [answer];
  for (let cause = causeOf(answer); cause !== undefined && causes.length < 8; cause = causeOf(cause))
    causes.push(cause);
  return causes;
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
