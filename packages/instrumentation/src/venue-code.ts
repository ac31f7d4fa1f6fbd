import { asIdentifier } from './error-identifier.ts';
import { fixReasonOf } from './fix-reason.ts';
import { hasRequestId, isHttpStatus, toInteger } from './http-status.ts';
import { readField, readOwnField } from './read-field.ts';

// OKX answers a batch with 1 in `code` and the reason in `sCode`. Clients of Bybit put the HTTP status into `code`.
const codeKeys = ['sCode', 'retCode', 'ret_code', 'code', 'errorCode', 'error_code', 'errCode', 'err_code', 'err-code'];
const textKeys = [...codeKeys, 'label'];
const containerKeys = ['error', 'error_response', 'errorCode', 'body', 'data', 'result', 'info'];
const mostSources = 16;
const longestBody = 10_000;

// Kraken's errors: severity, category, text, and after another colon a part that differs each time.
const krakenText =
  /^([EW](?:Account|API|Auth|BM|Funding|General|Order|Query|Service|Session|Trade)):[ ]?([A-Za-z_-]{1,20}(?: [A-Za-z_-]{1,20}){0,5})?[ ]*(?=$|[:,([])/u;
// A code in a field that otherwise has a text: INSUFFICIENT_FUND of Coinbase, insufficientAvailableFunds of Kraken
// Futures. A single word, such as Unauthorized, only repeats the HTTP status.
const compoundWord = /^(?:[A-Za-z]+(?:_[A-Za-z]+)+|[a-z]+(?:[A-Z][a-z]+)+)$/u;
// The message of an error of gRPC starts with its code and the name of that code.
const grpcText = /^(\d{1,2}) ([A-Z]+(?:_[A-Z]+)*):/u;
/** The codes of venues for too many requests, by the field that they are in. HTTP 200 may come with them. */
const rateLimitCodes: Readonly<Record<string, readonly string[]>> = {
  retCode: ['10006', '10018'],
  ret_code: ['10006', '10018'],
  code: ['-1003', '-1015', '50011', '50061', '429000', '10028', '11010'],
  label: ['TOO_MANY_REQUESTS'],
};
const krakenCategory = /^[EW](?:Account|API|Auth|BM|Funding|General|Order|Query|Service|Session|Trade)(?=:)/u;

/**
 * Returns the venue's code of an error: `-2010`, `51008`, `EOrder:Insufficient funds`, the name of a FIX reason. It is
 * read from the error and from the body of its response. A code from 100 to 599 that is not an HTTP status is prefixed
 * with the venue: `ibkr_201`. Never throws.
 *
 * @param venue the venue of the request, if it is known
 */
export function venueCodeOf(error: unknown, venue: string | undefined): string | undefined {
  try {
    return codeIn(sourcesOf(error), error, venue);
  } catch {
    // A revoked proxy.
    return undefined;
  }
}

/** Whether a venue answered with its code for too many requests. Never throws. */
export function isVenueRateLimit(error: unknown): boolean {
  try {
    // An entry of a list is about one of several items, and its code may not be that of an error.
    return sourcesOf(typeof error === 'number' ? { code: error } : error, false).some((source) =>
      Object.entries(rateLimitCodes).some(([key, codes]) => codes.includes(String(readField(source, key)))),
    );
  } catch {
    return false;
  }
}

/** Whether a venue answered with a list such as `['error', 10001, 'not enough balance']`. Never throws. */
export function hasErrorList(error: unknown): boolean {
  try {
    return sourcesOf(error).some((source) => listedCodeOf(source) !== undefined);
  } catch {
    return false;
  }
}

function codeIn(sources: readonly object[], error: unknown, venue: string | undefined): string | undefined {
  const [, number, grpc] = grpcText.exec(textOf(error)) ?? [];
  if (grpc !== undefined && Number(number) === toInteger(readField(error, 'code'))) return grpc;
  for (const source of sources) {
    const reason = fixReasonOf(source);
    if (reason !== undefined) return reason;
  }
  for (const key of codeKeys) {
    for (const source of sources) {
      const code = numericCodeOf(source, key, source === error, venue);
      if (code !== undefined) return code;
    }
  }
  for (const source of sources) {
    const text = krakenTextIn(source);
    if (text !== undefined) return text;
  }
  for (const source of sources) {
    for (const key of textKeys) {
      // A `code` of the error itself is a code of its library: ECONNREFUSED, ERR_BAD_REQUEST.
      if (source === error && key === 'code') continue;
      const code = asIdentifier(readField(source, key));
      if (code !== undefined && toInteger(code) === undefined) return code;
    }
    const word = asIdentifier(readField(source, 'error'));
    if (word !== undefined && compoundWord.test(word)) return word;
  }
  return undefined;
}

/** The code in a list of Bitfinex: `['error', 10001, 'not enough balance']`. */
function listedCodeOf(list: unknown): number | undefined {
  return Array.isArray(list) && list[0] === 'error' ? toInteger(list[1]) : undefined;
}

function textOf(error: unknown): string {
  const text = readField(error, 'message');
  return typeof text === 'string' ? text : '';
}

/** The constant part of a text of Kraken, such as `EGeneral:Invalid arguments:volume`. */
export function krakenCodeOf(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const match = krakenText.exec(text.slice(0, 200));
  if (match?.[2] !== undefined) return `${match[1]}:${match[2]}`;
  return krakenCategory.exec(text)?.[0];
}

function numericCodeOf(source: object, key: string, isOuter: boolean, venue: string | undefined): string | undefined {
  const given = readField(source, key);
  const code = toInteger(given) ?? toInteger(readField(given, 'number'));
  if (code === undefined || code === 0) return undefined;
  // A text does not change, because a SQLSTATE may have leading zeros.
  const text = typeof given === 'string' ? given : `${code}`;
  if (!isHttpStatus(code)) return text;
  if (hasRequestId(source) || isIbkr(venue)) return `ibkr_${code}`;
  // In the body of a response, 200 often means success, and 404 is the HTTP status.
  return isOuter && code < 400 ? `${prefixOf(venue)}_${code}` : undefined;
}

function krakenTextIn(source: object): string | undefined {
  for (const key of ['error', 'errors', 'message', 'errorMessage']) {
    const value = readField(source, key);
    for (const text of Array.isArray(value) ? value.slice(0, 4) : [value]) {
      const code = krakenCodeOf(text);
      if (code !== undefined) return code;
    }
  }
  return undefined;
}

/** The error and the parts of its response, from the outside to the inside. */
function sourcesOf(error: unknown, withEntries = true): readonly object[] {
  if (typeof error !== 'object' || error === null) return [];
  const sources: object[] = [error];
  const add = (value: unknown) => {
    const source = parsed(value);
    if (sources.length < mostSources && typeof source === 'object' && source !== null && !sources.includes(source)) {
      sources.push(source);
    }
  };
  // Some clients throw an Error whose message is the body.
  add(parsed(textOf(error)));
  const response = readField(error, 'response');
  add(readOwnField(response, 'data'));
  add(readOwnField(response, 'body'));
  // The list grows while it is read.
  for (const source of sources) {
    const code = listedCodeOf(source);
    if (code !== undefined) add({ code });
    if (Array.isArray(source)) for (const entry of withEntries ? source.slice(0, 4) : []) add(entry);
    else for (const key of containerKeys) add(readOwnField(source, key));
  }
  return sources;
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > longestBody || !/^\s*[[{]/u.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Whether a venue is Interactive Brokers, under any of its usual names. */
export function isIbkr(venue: unknown): boolean {
  return typeof venue === 'string' && /^(?:ibkr|ib|tws|interactive[\s_-]?brokers)$/iu.test(venue);
}

function prefixOf(venue: string | undefined): string {
  const prefix = venue?.toLowerCase().replaceAll(/[^a-z\d]+/gu, '_');
  return (prefix !== undefined && prefix.length <= 40 && asIdentifier(prefix)) || 'code';
}
