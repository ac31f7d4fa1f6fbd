import { hasErrorList, httpStatusOf, isIbkr, readField, toInteger, venueCodeOf } from '@trademeter/instrumentation';

/**
 * What an error says about an order. `rejected`: the venue refused the request. `order_rejected`: the venue rejected
 * the order, even if it had accepted it before. `unsent`: the request was never sent. `unknown`: it may have arrived.
 * `duplicate`: the venue has an order with its id. IBKR's error callback also reports `canceled` and `alive`.
 */
export type RequestFailure = 'rejected' | 'order_rejected' | 'unsent' | 'unknown' | 'duplicate' | 'canceled' | 'alive';

/** Error classes of ccxt and of runtimes. Other subclasses of ccxt's errors are rejections. */
const classes: ReadonlyMap<string, RequestFailure> = new Map([
  ...each('unknown', 'RequestTimeout', 'TimeoutError', 'AbortError', 'NetworkError', 'ExchangeNotAvailable'),
  ...each('unknown', 'OperationFailed', 'BadResponse', 'NullResponse', 'CancelPending', 'ConnectTimeout'),
  // The response could not be read.
  ...each('unknown', 'ParseError', 'ReadError'),
  // A bug in the bot may have thrown before or after the request arrived.
  ...each('unknown', 'TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'),
  ...each('rejected', 'DDoSProtection', 'RateLimitExceeded', 'OnMaintenance', 'InvalidNonce', 'ExchangeError'),
  ...each('unsent', 'ArgumentsRequired', 'NotSupported', 'ExchangeClosedByUser'),
  ...each('duplicate', 'DuplicateOrderId'),
]);

/** Error codes of runtimes, HTTP clients and TLS. */
const codes: ReadonlyMap<string, RequestFailure> = new Map([
  ...each('unsent', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'),
  ...each('unsent', 'EADDRNOTAVAIL', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_INVALID_URL', 'ERR_TLS_CERT_ALTNAME_INVALID'),
  ...each('unsent', 'ConnectionRefused', 'FailedToOpenSocket'),
  ...each('unsent', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'),
  ...each('unsent', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'),
  ...each('unknown', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'EPROTO', 'ERR_NETWORK'),
  ...each('unknown', 'ConnectionClosed', 'ERR_BODY_PARSE_FAILURE'),
  ...each('unknown', 'ERR_CANCELED', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE', 'UND_ERR_HEADERS_TIMEOUT'),
  ...each(
    'unknown',
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_SOCKET',
    'UND_ERR_ABORTED',
    'UND_ERR_CLOSED',
    'UND_ERR_DESTROYED',
  ),
]);

/** Codes of Binance, OKX, Bybit, Kraken and gRPC that are not rejections. */
const venueCodes: ReadonlyMap<string, RequestFailure> = new Map([
  ...each('unknown', '-1000', '-1001', '-1006', '-1007', '50004', '50026', '10000', '10016', '170007'),
  ...each('unknown', '170146', '170147'),
  ...each('unknown', 'EService:Timeout', 'EService:Unavailable', 'EService:Busy', 'EGeneral:Internal error'),
  ...each('unknown', 'CANCELLED', 'UNKNOWN', 'DEADLINE_EXCEEDED', 'ABORTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'),
  ...each('duplicate', 'duplicate_order', '-4116', '51016', '110072', '170141', 'EOrder:Duplicate order'),
]);

/**
 * Codes of IBKR's error callback: https://interactivebrokers.github.io/tws-api/message_codes.html. 202 is a cancel.
 * Some are warnings, or mean that a cancel was refused. 135 and 10147 mean that TWS does not have the order. Without a
 * connection nothing is sent.
 */
const ibkrCodes: ReadonlyMap<string, RequestFailure> = new Map([
  ...each('canceled', '202'),
  ...each('alive', '136', '161', '165', '399', '404', '434', '492', '10148', '10167', '10349'),
  ...each('unsent', '135', '326', '502', '503', '504', '10147'),
  // The connection of TWS to the servers of IBKR.
  ...each('unknown', '1100', '1101', '1102', '1300'),
  ...each('duplicate', '103'),
  ...each('order_rejected', '201', '203'),
]);

const duplicateText = /\bduplicate\b.*\border|order.*\bduplicate\b|order_?id must be unique/i;
/** The `ws` library, if the server refuses to open a WebSocket. */
const refusedHandshake = /^unexpected server response: \d/im;
const unsentText = /websocket is not open|not connected|before (?:the|secure tls) connection was established/i;
const unknownText =
  /time[ _-]?d?[ _-]?out|socket hang up|connection (?:was )?(?:reset|closed|lost)|\babort(?:ed)?\b|network error|premature close|fetch failed|invalid json/i;
/** got's timeouts before there is a connection. */
const connectPhases: ReadonlySet<unknown> = new Set(['lookup', 'connect', 'secureConnect']);

// Chains of causes may have cycles, or branch.
const mostLinks = 16;

function each(failure: RequestFailure, ...words: readonly string[]): [string, RequestFailure][] {
  return words.map((word) => [word, failure]);
}

/**
 * Decides what an error says about an order. It is a rejection unless the error shows that the request was not sent, or
 * that it may or may not have arrived: a timeout, a lost connection, HTTP status 408 or 5xx. Never throws.
 *
 * @param venue the venue that the request was for
 */
export function requestFailureOf(error: unknown, venue: string): RequestFailure {
  try {
    return failureOf(error, venue);
  } catch {
    // A revoked proxy.
    return 'unknown';
  }
}

function failureOf(error: unknown, venue: string): RequestFailure {
  if (error === undefined || error === null) return 'unknown';
  const ofIbkr = ibkrFailureOf(error, venue);
  if (ofIbkr !== undefined) return ofIbkr;
  const links = linksOf(error);
  // A timeout error may wrap the connection error that caused it, so check all links.
  if (links.some(isUnsent)) return 'unsent';
  const text = links.map(textOf).join('\n');
  const code = codeOf(error, venue);
  const known =
    (code === undefined ? undefined : venueCodes.get(code)) ?? (duplicateText.test(text) ? 'duplicate' : undefined);
  if (known !== undefined) return known;
  if (refusedHandshake.test(text)) return 'unsent';
  const status = typeof error === 'number' ? error : httpStatusOf(error);
  // Bitfinex answers every refusal with HTTP 500.
  if (status === 500 && hasErrorList(error)) return 'rejected';
  if (status === 408 || (status !== undefined && status >= 500 && status <= 599)) return 'unknown';
  for (const link of links) {
    const failure = failureOfClass(link) ?? failureOfCode(readField(link, 'code'));
    if (failure !== undefined) return failure;
  }
  // A close event of a WebSocket has a code of its own.
  if (typeof readField(error, 'wasClean') === 'boolean') return 'unknown';
  // The venue answered, but with a word for a timeout.
  if (code !== undefined && toInteger(code) === undefined) {
    if (unknownText.test(status === undefined ? `${code}\n${text}` : code)) return 'unknown';
  }
  // The venue answered, so it decided.
  if (code !== undefined || (status !== undefined && status >= 300)) return 'rejected';
  if (unsentText.test(text)) return 'unsent';
  return unknownText.test(text) ? 'unknown' : 'rejected';
}

function ibkrFailureOf(error: unknown, venue: string): RequestFailure | undefined {
  const code = toInteger(error) ?? toInteger(readField(error, 'code')) ?? toInteger(readField(error, 'errorCode'));
  if (code === undefined || (!isIbkr(venue) && toInteger(readField(error, 'reqId')) === undefined)) return undefined;
  return code >= 2_100 && code < 2_200 ? 'alive' : ibkrCodes.get(`${code}`);
}

function codeOf(error: unknown, venue: string): string | undefined {
  if (typeof error === 'string') return venueCodes.has(error) ? error : undefined;
  return venueCodeOf(typeof error === 'number' ? { code: error } : error, venue);
}

/** The error and its causes. */
function linksOf(error: unknown): readonly unknown[] {
  const links: unknown[] = [error];
  for (const link of links) {
    const errors = readField(link, 'errors');
    const causes = [readField(link, 'cause'), readField(link, 'error')];
    if (Array.isArray(errors)) causes.push(...(errors as unknown[]).slice(0, 8));
    for (const cause of causes) {
      if (typeof cause !== 'object' || cause === null || links.includes(cause)) continue;
      if (links.length < mostLinks) links.push(cause);
    }
  }
  return links;
}

/** A request that failed while connecting was not sent. */
function isUnsent(link: unknown): boolean {
  if (readField(link, 'syscall') === 'connect') return true;
  if (readField(link, 'name') === 'TimeoutError' && connectPhases.has(readField(link, 'event'))) return true;
  return failureOfCode(readField(link, 'code')) === 'unsent' || /before secure tls connection/i.test(textOf(link));
}

function failureOfCode(code: unknown): RequestFailure | undefined {
  if (typeof code !== 'string') return undefined;
  // Node could not parse the response.
  return codes.get(code) ?? (code.startsWith('HPE_') ? 'unknown' : undefined);
}

/** Looks up the class of an error, then the classes that it extends. */
function failureOfClass(link: unknown): RequestFailure | undefined {
  const failure = classes.get(readField(link, 'name') as string);
  if (failure !== undefined || typeof link !== 'object') return failure;
  let prototype: unknown = Object.getPrototypeOf(link);
  for (let depth = 0; depth < mostLinks && typeof prototype === 'object' && prototype !== null; depth += 1) {
    const ofClass = classes.get((prototype as { constructor?: { name?: string } }).constructor?.name ?? '');
    if (ofClass !== undefined) return ofClass;
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

function textOf(link: unknown): string {
  const text =
    typeof link === 'string'
      ? link
      : (readField(link, 'message') ?? readField(link, 'msg') ?? readField(link, 'error'));
  return typeof text === 'string' ? text.slice(0, 1_000) : '';
}
