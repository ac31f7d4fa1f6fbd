import dns from 'node:dns';
import { type AgentOptions, ClientRequest, globalAgent, Agent as HttpAgent, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { checkOptions, hasMethods, httpUrl, type OptionCheck, oneOf } from '@trademeter/config';
import { type EncoderOptions, RequestEncoder } from '../encoding/request-encoder.ts';
import { version } from '../version.ts';
import type { AttemptOptions, Outcome, Sender } from './delivery.ts';
import { judgeHttp } from './receiver-answer.ts';
import { type Certificates, type Protocol, type SenderOptions, senderChecks } from './sender-options.ts';

/** Options of {@link createHttpSender}. */
export interface HttpSenderOptions extends SenderOptions {
  /** The complete URL, path included. */
  readonly url: string;
  /** How to encode requests: `http/protobuf` or `http/json`. */
  readonly protocol: Exclude<Protocol, 'grpc'>;
  /**
   * Creates the connections; it is not destroyed.
   *
   * @default an agent that keeps connections open
   */
  readonly agent?: HttpAgent | undefined;
}

const checks: Readonly<Record<keyof HttpSenderOptions, OptionCheck>> = {
  ...senderChecks,
  url: httpUrl,
  protocol: oneOf('http/protobuf', 'http/json'),
  agent: { allowed: 'an http.Agent or https.Agent', accepts: (value) => hasMethods(value, 'addRequest', 'destroy') },
};

/** The encoding of each protocol. */
const formats = {
  'http/protobuf': { contentType: 'application/x-protobuf', format: 'protobuf' },
  'http/json': { contentType: 'application/json', format: 'json' },
} as const satisfies Record<
  HttpSenderOptions['protocol'],
  { readonly contentType: string; readonly format: EncoderOptions['format'] }
>;

const compress = promisify(gzip);

/**
 * Creates a sender of OTLP over HTTP.
 *
 * Unlike OpenTelemetry's, its time limit includes connecting and reading the response, retries do not keep the process
 * alive, and a web page is not accepted as a response.
 *
 * @throws ConfigurationError if an option is wrong
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function createHttpSender(options: HttpSenderOptions): Sender {
  checkOptions('exporter-otlp', options, checks, ['url', 'protocol']);
  const { url, compression, certificates = {}, userAgent = `trademeter-exporter-otlp/${version}` } = options;
  const { contentType, format } = formats[options.protocol];
  const encoder = new RequestEncoder({ format, maxExportBatchSize: options.maxExportBatchSize });
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
      // Not `request()`, which OpenTelemetry's HTTP instrumentation patches: it would record each export as a call of the
      // bot, so that every export had something new to send.
      const requestOptions = {
        ...urlToHttpOptions(new URL(url)),
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
        agent,
        signal,
        lookup,
      };
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
          // Of an incomplete response only the status counts; one that is too long is not an OTLP response.
          const isWhole = incoming.complete || length > longestAnswer;
          const answer = Buffer.concat(isWhole ? chunks : []);
          resolve(judgeHttp({ status: statusCode, statusMessage, headers: incoming.headers, body: answer }));
        });
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection that the receiver closed says nothing about the receiver.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(post(body, { signal, isAwaited }));
        else resolve({ error, isTransient: transientCodes.has(error.code ?? '') });
      });
      // Also while connecting: a bot with nothing left to do should not wait for a Collector.
      if (!isAwaited) outgoing.on('socket', (socket) => socket.unref());
      writeInPieces(outgoing, body);
    });
  }

  return {
    takesSnapshots: true,
    async *requests(collection, requestOptions) {
      for await (const request of encoder.encode(collection, requestOptions)) {
        const { bytes, dataPoints } = request;
        const body = compression === 'gzip' ? await compress(bytes) : bytes;
        yield {
          dataPoints,
          async attempt(attemptOptions) {
            const outcome = await post(body, attemptOptions);
            request.isAccepted = outcome.error === undefined;
            return outcome;
          },
        };
      }
    },
    async shutdown() {
      if (options.agent === undefined) agent.destroy();
    },
  };
}

/** Writes a body in pieces, because encrypting takes a millisecond of the event loop per megabyte. */
function writeInPieces(outgoing: ClientRequest, body: Uint8Array): void {
  let at = 0;
  const writeNext = (): void => {
    if (outgoing.destroyed) return;
    const piece = body.subarray(at, at + pieceBytes);
    at += piece.length;
    if (at === body.length) outgoing.end(piece);
    else if (outgoing.write(piece)) setImmediate(writeNext);
    else outgoing.once('drain', () => setImmediate(writeNext));
  };
  writeNext();
}

/** Uses the proxy of the environment like Node's own requests: https://nodejs.org/api/http.html#built-in-proxy-support */
function createAgent(isPlain: boolean, certificates: Certificates): HttpAgent {
  // Its options are missing in the types.
  const { proxyEnv } = Reflect.get(globalAgent, 'options') as AgentOptions;
  const options: AgentOptions = { keepAlive: true, proxyEnv };
  return isPlain ? new HttpAgent(options) : new HttpsAgent({ ...options, ...certificates });
}

const mostLookupsShared = 3;

/**
 * Shares one name lookup among concurrent requests: a lookup cannot be canceled, and each that hangs occupies one of the
 * four threads on which the bot reads files and looks up its exchange.
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
/** Bytes of a body that are written in one turn of the event loop. */
const pieceBytes = 256 * 1024;

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
