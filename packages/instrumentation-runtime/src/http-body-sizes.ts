import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, createContextKey } from '@opentelemetry/api';
import { createMeter, defineMetric, Log, swallowIfPromise } from '@trademeter/instrumentation';
import type { AttributesOf } from '@trademeter/semantic-conventions';
import type { Attach } from './runtime-instrumentation.ts';

const log = new Log('instrumentation-runtime');

/** Returns the route of a request, `/orders/:id`, while it is answered; `undefined` if it has none. */
export type HttpRoute = (request: IncomingMessage) => string | undefined;

const attributes = {
  'http.request.method': { type: 'string', requirement: 'required' },
  'url.scheme': { type: 'string', requirement: 'required' },
  'http.response.status_code': { type: 'int', requirement: 'conditionally_required' },
  'http.route': { type: 'string', requirement: 'conditionally_required' },
  'error.type': { type: 'string', requirement: 'conditionally_required' },
  'network.protocol.version': { type: 'string', requirement: 'recommended' },
} as const;

const requestStart = 'http.server.request.start';

const bodySizeBoundaries = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000] as const;

/** @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestbodysize */
export const httpServerRequestBodySize = defineMetric({
  name: 'http.server.request.body.size',
  instrument: 'histogram',
  unit: 'By',
  description: 'Size of the bodies of HTTP requests to the process.',
  attributes,
  boundaries: bodySizeBoundaries,
});

/** @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverresponsebodysize */
export const httpServerResponseBodySize = defineMetric({
  name: 'http.server.response.body.size',
  instrument: 'histogram',
  unit: 'By',
  description: 'Size of the bodies of HTTP responses of the process.',
  attributes,
  boundaries: bodySizeBoundaries,
});

/**
 * Records the body sizes of every request that a server of `node:http` or `node:https` in this process answers, with
 * any framework. Node publishes requests on a diagnostics channel, so nothing has to be loaded first.
 *
 * @param routeOf returns the route. Default: the route of OpenTelemetry's instrumentations, as in their durations, or
 *   without them that of Express
 */
export function measureHttpBodySizes(routeOf?: HttpRoute): Attach {
  return (scope) => {
    const meter = createMeter(scope);
    const requestSizes = meter.histogram(httpServerRequestBodySize);
    const responseSizes = meter.histogram(httpServerResponseBodySize);

    function onRequest(message: unknown): void {
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      // Recording must not break a request, whatever other code has done to it.
      try {
        let route: string | undefined;
        const received = countReceived(request);
        const sent = countSent(response, () => {
          // Read now, in the handler, because a router removes its prefix afterwards.
          route ??= readRoute(request, routeOf ?? expressRoute);
        });
        const scheme = 'encrypted' in request.socket ? 'https' : 'http';
        const record = (): void => {
          const known = routeOf === undefined ? (readRoute(request, contextRoute) ?? route) : route;
          const of = attributesOf(request, response, scheme, known);
          requestSizes.record(received(), of);
          responseSizes.record(sent(), of);
        };
        // Later, after OpenTelemetry has bound the listeners of the response to the context of the request.
        process.nextTick(() => response.once('close', record));
      } catch (error) {
        log.warn('could not measure the body sizes of a request', error);
      }
    }

    subscribe(requestStart, onRequest);
    return () => {
      unsubscribe(requestStart, onRequest);
    };
  };
}

/** The received bytes of a body: from its header or, for a chunked body, as Node delivers them. */
function countReceived(request: IncomingMessage): () => number {
  const length = Number(request.headers['content-length']);
  if (Number.isSafeInteger(length) && length >= 0) return () => length;
  if (request.headers['transfer-encoding'] === undefined) return () => 0;
  let bytes = 0;
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding) => {
    bytes += bytesOf(chunk, encoding);
    return push(chunk, encoding);
  };
  return () => bytes;
}

/** The sent bytes of a body, after compression, which comes first. */
function countSent(response: ServerResponse, onSend: () => void): () => number {
  let bytes = 0;
  const write = response.write.bind(response) as (...args: unknown[]) => boolean;
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.write = (...args: unknown[]) => {
    onSend();
    bytes += bytesOf(args[0], args[1]);
    return write(...args);
  };
  response.end = (...args: unknown[]) => {
    onSend();
    bytes += bytesOf(args[0], args[1]);
    return end(...args);
  };
  return () => (hasBody(response) ? bytes : 0);
}

function bytesOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

/** Whether Node sends the body of this response. */
function hasBody({ req, statusCode }: ServerResponse): boolean {
  return req.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'QUERY']);

function attributesOf(
  request: IncomingMessage,
  response: ServerResponse,
  scheme: string,
  route: string | undefined,
): AttributesOf<typeof httpServerRequestBodySize> {
  const { method = '' } = request;
  const status = response.headersSent ? response.statusCode : undefined;
  return {
    'http.request.method': knownMethods.has(method) ? method : '_OTHER',
    'url.scheme': scheme,
    'network.protocol.version': request.httpVersion,
    ...(route !== undefined && { 'http.route': route }),
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(status !== undefined && status >= 500 && { 'error.type': `${status}` }),
    ...(status === undefined && { 'error.type': '_OTHER' }),
  };
}

function readRoute(request: IncomingMessage, routeOf: HttpRoute): string | undefined {
  try {
    const route: unknown = routeOf(request);
    if (swallowIfPromise(route)) return undefined;
    return typeof route === 'string' && route !== '' ? route : undefined;
  } catch {
    return undefined;
  }
}

// The context key of getRPCMetadata() in @opentelemetry/core, which is the same in every version.
const rpcMetadata = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** The route that OpenTelemetry's instrumentations of frameworks set, and that of HTTP reads for its durations. */
function contextRoute(): string | undefined {
  return (context.active().getValue(rpcMetadata) as { readonly route?: string } | undefined)?.route;
}

/**
 * The route that Express sets. For a mounted router, Express has the requested prefix and not its pattern: an id in it
 * would create a series for each value.
 */
function expressRoute(request: IncomingMessage): string | undefined {
  const { baseUrl, route } = request as { readonly baseUrl?: unknown; readonly route?: { readonly path?: unknown } };
  const isMounted = typeof baseUrl === 'string' && baseUrl !== '';
  return isMounted || typeof route?.path !== 'string' ? undefined : route.path;
}
