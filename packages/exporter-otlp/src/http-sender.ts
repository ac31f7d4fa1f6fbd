import dns from 'node:dns';
import {
  type AgentOptions,
  ClientRequest,
  globalAgent,
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  STATUS_CODES,
} from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type IExportMetricsServiceResponse,
  JsonMetricsSerializer,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { isObject } from '@trademeter/config';
import type { AttemptOptions, Outcome, Sender } from './delivery.ts';
import { spellNumbers } from './json-numbers.ts';
import { plainText } from './plain-text.ts';
import { version } from './version.ts';

export const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;
/** How OTLP is spoken. */
export type Protocol = (typeof protocols)[number];

export const compressions = ['none', 'gzip'] as const;
/** How requests are compressed. */
export type Compression = (typeof compressions)[number];

/** What a TLS connection is made with, as Node takes it. */
export interface Certificates {
  /** The authorities to trust; those of the system when omitted. */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Where and how {@link createHttpSender} sends. */
export interface HttpSenderOptions {
  readonly url: string;
  readonly protocol: Exclude<Protocol, 'grpc'>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `none`. */
  readonly compression?: Compression;
  readonly certificates?: Certificates;
  readonly userAgent?: string;
  /** The user's own; theirs to end. */
  readonly agent?: HttpAgent | undefined;
}

/** How a protocol writes a collection. */
interface Format {
  readonly contentType: string;
  readonly serialize: (metrics: ResourceMetrics) => Uint8Array | undefined;
}

const formats: Readonly<Record<HttpSenderOptions['protocol'], Format>> = {
  'http/protobuf': {
    contentType: 'application/x-protobuf',
    serialize: (metrics) => ProtobufMetricsSerializer.serializeRequest(metrics),
  },
  'http/json': {
    contentType: 'application/json',
    serialize: (metrics) => JsonMetricsSerializer.serializeRequest(spellNumbers(metrics)),
  },
};

const compress = promisify(gzip);

/**
 * A sender of OTLP over HTTP.
 *
 * OpenTelemetry's own holds no time limit while it connects or while an answer goes on, keeps the process alive until
 * its last retry, and takes any page for an answer.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function createHttpSender(options: HttpSenderOptions): Sender {
  const { url, compression, certificates = {}, userAgent = `trademeter-exporter-otlp/${version}` } = options;
  const { contentType, serialize } = formats[options.protocol];
  const isPlain = new URL(url).protocol === 'http:';
  const agent = options.agent ?? createAgent(isPlain, certificates);
  const lookup = createSharedLookup();
  const headers: OutgoingHttpHeaders = {
    ...options.headers,
    'content-type': contentType,
    'user-agent': userAgent,
    ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
  };

  function post(body: Uint8Array, { signal, isAwaited }: AttemptOptions): Promise<Outcome> {
    return new Promise((resolve) => {
      // Not `request()`, which OpenTelemetry's HTTP instrumentation replaces: it would measure each export as a call of
      // the bot's, whatever the context says, so that no export was without news.
      const requestOptions = { ...urlToHttpOptions(new URL(url)), method: 'POST', headers, agent, signal, lookup };
      const outgoing = new ClientRequest(requestOptions, (incoming) => {
        const { statusCode = 0, statusMessage = '' } = incoming;
        const chunks: Buffer[] = [];
        let length = 0;
        incoming.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > longestAnswer) incoming.destroy();
          else chunks.push(chunk);
        });
        incoming.on('error', () => {});
        incoming.on('close', () => {
          // Cut off, an answer has nothing but its status; one that is too long is none.
          const isWhole = incoming.complete || length > longestAnswer;
          const answer = Buffer.concat(isWhole ? chunks : []);
          resolve(judge({ status: statusCode, statusMessage, headers: incoming.headers, body: answer }));
        });
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // A connection that was kept and that the receiver has closed says nothing of how the receiver is.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(post(body, { signal, isAwaited }));
        else resolve({ error, isTransient: transientCodes.has(error.code ?? '') });
      });
      // Also while it connects: a bot that has nothing left to do is not to wait for a Collector.
      if (!isAwaited) outgoing.on('socket', (socket) => socket.unref());
      outgoing.end(body);
    });
  }

  return {
    async prepare(metrics) {
      const bytes = serialize(metrics) ?? new Uint8Array();
      const body = compression === 'gzip' ? await compress(bytes) : bytes;
      return (attemptOptions) => post(body, attemptOptions);
    },
    async shutdown() {
      if (options.agent === undefined) agent.destroy();
    },
  };
}

/** Goes through the proxy that the environment names, where Node's own requests do: https://nodejs.org/api/http.html#built-in-proxy-support */
function createAgent(isPlain: boolean, certificates: Certificates): HttpAgent {
  // The types omit its options.
  const { proxyEnv } = Reflect.get(globalAgent, 'options') as AgentOptions;
  const options: AgentOptions = { keepAlive: true, proxyEnv };
  return isPlain ? new HttpAgent(options) : new HttpsAgent({ ...options, ...certificates });
}

const mostLookupsShared = 3;

/**
 * Looks a name up, once for all who ask meanwhile: a look-up cannot be ended, and each that hangs takes one of the four
 * threads on which the bot reads files and looks up its exchange.
 */
function createSharedLookup(): LookupFunction {
  const waiting: Parameters<LookupFunction>[2][] = [];
  return (hostname, options, callback) => {
    if (waiting.length >= mostLookupsShared) {
      const error = new Error(`${hostname} is still being looked up`);
      process.nextTick(callback, Object.assign(error, { code: 'EAI_AGAIN' }), '');
      return;
    }
    waiting.push(callback);
    if (waiting.length > 1) return;
    dns.lookup(hostname, options, (...found) => {
      for (const each of waiting.splice(0)) each(...found);
    });
  };
}

const longestAnswer = 65_536;
const longestExcerpt = 200;

const transientCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const transientStatuses = new Set([429, 502, 503, 504]);

/** An answer, as much as came of it. */
interface Answer {
  readonly status: number;
  readonly statusMessage: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function judge({ status, statusMessage, headers, body }: Answer): Outcome {
  if (status >= 200 && status < 300) {
    const response = decode(body);
    if (response !== undefined) return { complaint: complaintOf(response), rejectedDataPoints: rejectedBy(response) };
    return { error: new Error(`it answers ${status}, but not as an OTLP receiver does${excerptOf(body)}`) };
  }
  const title = plainText(statusMessage).trim().slice(0, longestExcerpt) || STATUS_CODES[status] || 'no OTLP receiver';
  const error = new Error(`${title} (${status})${excerptOf(body)}`);
  return {
    error: Object.assign(error, { code: status }),
    isTransient: transientStatuses.has(status),
    retryAfterMillis: retryAfterOf(headers['retry-after']),
  };
}

/** `undefined` for what is no answer in OTLP: the login page of a proxy, which has thrown the metrics away. */
function decode(body: Buffer): IExportMetricsServiceResponse | undefined {
  if (body.length === 0) return {};
  try {
    // Some receivers answer null.
    const response: unknown = JSON.parse(body.toString()) ?? {};
    return isObject(response) && !isRefusal(response) ? withCamelCase(response) : undefined;
  } catch {
    // Receivers take protobuf and answer in JSON, and the other way round.
  }
  try {
    return ProtobufMetricsSerializer.deserializeResponse(body);
  } catch {
    return undefined;
  }
}

const partialSuccessKeys = ['partialSuccess', 'partial_success'];
const errorKeys = /^(?:error|exception|fault)/u;
const textKeys = ['message', 'msg', 'detail', 'reason', 'title'];
const codeKeys = ['code', 'status', 'statuscode'];
const goodKeys = ['ok', 'success'];

/** What gateways answer with status 200 when they have thrown the metrics away: `{ "error": "unknown tenant" }`. */
function isRefusal(response: object): boolean {
  // An empty one says nothing.
  const partial: unknown = partialSuccessKeys.map((key): unknown => Reflect.get(response, key)).find(isObject);
  if (isObject(partial) && Object.keys(partial).length > 0) return false;
  return Object.entries(response).some(([name, value]: [string, unknown]) => {
    const key = name.toLowerCase();
    if (goodKeys.includes(key)) return value === false;
    if (codeKeys.includes(key) && typeof value === 'number') return value !== 0 && (value < 200 || value > 299);
    if (errorKeys.test(key)) return Array.isArray(value) ? value.length > 0 : Boolean(value);
    const isText = typeof value === 'string' && value !== '' && [...codeKeys, ...textKeys].includes(key);
    return isText && !/^(?:ok|success|accepted|created|2\d\d)/iu.test(value);
  });
}

/** JSON may have the names of the protobuf fields as well. */
function withCamelCase(response: object): IExportMetricsServiceResponse {
  const { partial_success: partial } = response as { partial_success?: Readonly<Record<string, unknown>> };
  if (!isObject(partial)) return response;
  const { rejected_data_points: rejectedDataPoints, error_message: errorMessage } = partial;
  return { partialSuccess: { rejectedDataPoints, errorMessage, ...partial } } as IExportMetricsServiceResponse;
}

/** https://opentelemetry.io/docs/specs/otlp/#partial-success */
function complaintOf(response: IExportMetricsServiceResponse): string | undefined {
  const rejected = rejectedBy(response);
  const given: unknown = response.partialSuccess?.errorMessage ?? '';
  const message = plainText(typeof given === 'string' ? given : JSON.stringify(given)).trim();
  if (rejected === 0 && message === '') return undefined;
  return `${rejected} data points rejected${message === '' ? '' : `: ${message.slice(0, longestExcerpt)}`}`;
}

/** A string where the answer is JSON, and whatever the receiver likes. */
function rejectedBy({ partialSuccess }: IExportMetricsServiceResponse): number {
  const rejected: unknown = partialSuccess?.rejectedDataPoints ?? 0;
  const count = Number(rejected);
  return Number.isFinite(count) ? count : 0;
}

/** What can be read of an answer: a text, or the message in a protobuf status; nothing of a page. */
function excerptOf(body: Buffer): string {
  const text = body
    .toString()
    .replace(/[^\p{L}\p{N}\p{P}\p{Sm}\p{Sc}\p{Sk} ]+/gu, ' ')
    .trim();
  return text === '' || text.startsWith('<') ? '' : `: ${text.slice(0, longestExcerpt)}`;
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after: seconds, or a date. */
function retryAfterOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const millis = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(millis) ? Math.max(millis, 0) : undefined;
}
