import { asIdentifier } from './error-identifier.ts';
import { fixReasonOf } from './fix-reason.ts';
import { hasRequestId, isHttpStatus, toInteger } from './http-status.ts';
import { readField, readOwnField } from './read-field.ts';

// OKX answers a batch with 1 in `code`, and says what went wrong in `sCode`; clients of Bybit put the HTTP status in `code`.
const codeKeys = ['sCode', 'retCode', 'ret_code', 'code', 'errorCode', 'error_code', 'errCode', 'err_code', 'err-code'];
const textKeys = [...codeKeys, 'label'];
const containerKeys = ['error', 'errorCode', 'body', 'data', 'result', 'info'];
const mostSources = 16;
const longestBody = 10_000;

// Kraken's errors: severity, category, text, and after a further colon what is different each time.
const krakenText =
  /^([EW](?:Account|API|Auth|BM|Funding|General|Order|Query|Service|Session|Trade)):[ ]?([A-Za-z_-]{1,20}(?: [A-Za-z_-]{1,20}){0,5})?[ ]*(?=$|[:,([])/u;
const krakenCategory = /^[EW](?:Account|API|Auth|BM|Funding|General|Order|Query|Service|Session|Trade)(?=:)/u;

/**
 * The code that a venue gave for an error: `-2010`, `51008`, `EOrder:Insufficient funds`, the name of a FIX reason. It is
 * looked for in the error and in the body of the response that the error has. A code from 100 to 599 that is no HTTP
 * status has the venue as prefix: `ibkr_201`. Never throws.
 *
 * @param venue whom the request went to, where that is known
 */
export function venueCodeOf(error: unknown, venue: string | undefined): string | undefined {
  const sources = sourcesOf(error);
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
      // What the error itself has there is of its library: ECONNREFUSED, ERR_BAD_REQUEST.
      if (source === error && key === 'code') continue;
      const code = asIdentifier(readField(source, key));
      if (code !== undefined && toInteger(code) === undefined) return code;
    }
  }
  return undefined;
}

/** What is the same each time in a text of Kraken, such as `EGeneral:Invalid arguments:volume`. */
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
  // A text stays as it is: SQLSTATE has leading zeros.
  const text = typeof given === 'string' ? given : `${code}`;
  if (!isHttpStatus(code)) return text;
  if (hasRequestId(source) || isIbkr(venue)) return `ibkr_${code}`;
  // 200 in the body of a response is success to many, and 404 there is its HTTP status.
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

/** The error, and what it has of the venue's answer, from the outside to the inside. */
function sourcesOf(error: unknown): readonly object[] {
  if (typeof error !== 'object' || error === null) return [];
  const sources: object[] = [error];
  const add = (value: unknown) => {
    const source = parsed(value);
    if (sources.length < mostSources && typeof source === 'object' && source !== null && !sources.includes(source)) {
      sources.push(source);
    }
  };
  const response = readField(error, 'response');
  add(readOwnField(response, 'data'));
  add(readOwnField(response, 'body'));
  // The list grows while it is read.
  for (const source of sources) {
    if (Array.isArray(source)) for (const entry of source.slice(0, 4)) add(entry);
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

/** Whether a venue is Interactive Brokers, under any of the names that bots give it. */
export function isIbkr(venue: string | undefined): boolean {
  return venue !== undefined && /^(?:ibkr|ib|tws|interactive[\s_-]?brokers)$/iu.test(venue);
}

function prefixOf(venue: string | undefined): string {
  const prefix = venue?.toLowerCase().replaceAll(/[^a-z\d]+/gu, '_');
  return (prefix !== undefined && prefix.length <= 40 && asIdentifier(prefix)) || 'code';
}
