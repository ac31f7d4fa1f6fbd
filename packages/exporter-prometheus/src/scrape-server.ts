import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { landingPage, landingPageHeaders } from './landing-page.ts';
import type { Notices } from './notices.ts';
import { RateLimit } from './rate-limit.ts';
import { admits } from './tls-settings.ts';
import type { WebSettings, WebSettingsSource } from './web-settings.ts';

/** Where a server listens. */
export interface ServerAddress {
  /** The address that was bound: `127.0.0.1`, `::1`. */
  readonly host: string;
  readonly port: number;
  /** Of the metrics: `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
}

/** Where to listen, at which path the metrics are, and what clients may take of the process. Times in milliseconds. */
export interface ScrapeServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The path with its leading slash. */
  readonly endpoint: string;
  readonly maxConnections: number;
  /** How long a client may take to send a request, and to shake hands over TLS. */
  readonly requestTimeoutMillis: number;
  /** How long closing waits for answers under way. */
  readonly closeTimeoutMillis: number;
}

/** What a server serves, and to whom. */
export interface ScrapeServerParts {
  readonly settings: WebSettingsSource;
  /** Answers at the endpoint who may scrape. */
  readonly serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Answers who may not, and says so. */
  readonly isAllowed: (request: IncomingMessage, response: ServerResponse, settings: WebSettings) => Promise<boolean>;
  readonly notices: Notices;
}

// Longer than scrapes are apart, so that most need no handshake, which would be work on the event loop.
const keepAliveMillis = 75_000;

const plainText = { 'content-type': 'text/plain; charset=utf-8' };

/** An HTTP server that starts and stops any number of times. */
export class ScrapeServer {
  readonly #options: ScrapeServerOptions;
  readonly #parts: ScrapeServerParts;
  #server: Server | TlsServer | undefined;
  #starting: Promise<void> | undefined;
  #connections = new Connections();
  #context: unknown;
  #rateLimit: { readonly of: WebSettings['rateLimit']; readonly limit: RateLimit } | undefined;

  constructor(options: ScrapeServerOptions, parts: ScrapeServerParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** `undefined` while nothing is bound. */
  get address(): ServerAddress | undefined {
    const bound = this.#server?.address() as AddressInfo | null | undefined;
    if (bound === null || bound === undefined) return undefined;
    const { address: host, port } = bound;
    const authority = `${bound.family === 'IPv6' ? `[${host}]` : host}:${port}`;
    const scheme = this.#context === undefined ? 'http' : 'https';
    return { host, port, url: `${scheme}://${authority}${this.#options.endpoint}` };
  }

  /** Rejects with Node's error (`EADDRINUSE`, …) or a ConfigurationError, and can then be called again. */
  start(): Promise<void> {
    this.#starting ??= this.#listen().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** Waits for answers under way, up to a limit, and cuts off what is left. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    this.#starting = undefined;
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    const cut = setTimeout(() => this.#connections.cut(), this.#options.closeTimeoutMillis);
    this.#connections.close();
    await once(server, 'close');
    clearTimeout(cut);
  }

  async #listen(): Promise<void> {
    const settings = await this.#parts.settings.load();
    const { maxConnections, host, port } = this.#options;
    const server = this.#create(settings);
    server.maxConnections = maxConnections;
    // Telemetry must not keep a bot alive that has nothing else to do.
    server.unref();
    // Before the server takes the connection, so that this handshake is the first to have what changed.
    server.prependListener('connection', (socket: Socket) => {
      socket.unref();
      this.#renewContext(server);
    });
    this.#connections = new Connections(server);
    // The workers of a cluster would share the port, and a scrape go to any one of them.
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    this.#server = server;
  }

  #create(settings: WebSettings): Server | TlsServer {
    const { requestTimeoutMillis } = this.#options;
    const options: ServerOptions = {
      headersTimeout: requestTimeoutMillis,
      requestTimeout: requestTimeoutMillis,
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMillis),
      keepAliveTimeout: keepAliveMillis,
    };
    const listener = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    const { tls } = settings;
    this.#context = tls?.context;
    if (tls === undefined) return createServer(options, listener);
    const asksForCertificate = tls.settings.clientAuthType !== 'NoClientCert';
    return createTlsServer(
      // Who is refused depends on settings that may change: it is decided below.
      {
        ...options,
        ...tls.context,
        handshakeTimeout: requestTimeoutMillis,
        requestCert: asksForCertificate,
        rejectUnauthorized: false,
      },
      listener,
    ).on('secureConnection', (socket: TLSSocket) => {
      const current = this.#parts.settings.current().tls;
      if (current === undefined || !admits(socket, current.settings)) socket.destroy();
    });
  }

  /** Certificates that changed hold from the next handshake on. */
  #renewContext(server: Server | TlsServer): void {
    const { tls } = this.#parts.settings.current();
    if (tls?.context === this.#context) return;
    if (tls !== undefined && 'setSecureContext' in server) {
      server.setSecureContext(tls.context);
      this.#context = tls.context;
    } else {
      this.#parts.notices.tell('the web settings turn TLS on or off: that holds when the server is started again');
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const settings = this.#parts.settings.current();
    for (const [name, value] of Object.entries(settings.headers)) response.setHeader(name, value);
    const { endpoint } = this.#options;
    const path = pathOf(request.url);
    if (path === undefined) {
      response.writeHead(400, plainText).end('Bad request\n');
    } else if (path === '/-/healthy') {
      answerRead(request, response, plainText, 'Healthy\n');
    } else if (!this.#isWithinRate(settings)) {
      response.writeHead(429, plainText).end('Too many requests\n');
    } else if (!(await this.#parts.isAllowed(request, response, settings))) {
      // It is answered.
    } else if (path === endpoint) {
      await this.#parts.serve(request, response);
    } else if (path === '/') {
      answerRead(request, response, landingPageHeaders, landingPage(endpoint));
    } else {
      response.writeHead(404, plainText).end('Not found\n');
    }
  }

  #isWithinRate({ rateLimit }: WebSettings): boolean {
    if (rateLimit === undefined) return true;
    if (this.#rateLimit?.of !== rateLimit) {
      const limit = new RateLimit(rateLimit.intervalMillis, rateLimit.burst, () => performance.now());
      this.#rateLimit = { of: rateLimit, limit };
    }
    return this.#rateLimit.limit.take();
  }
}

/** The connections of a server, which Node closes only when they are idle behind a request. */
class Connections {
  readonly #sockets = new Set<Socket>();
  #answers = 0;
  #isClosing = false;

  constructor(server?: Server | TlsServer) {
    server?.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server?.on('request', (_request, response: ServerResponse) => {
      this.#answers += 1;
      response.once('close', () => {
        this.#answers -= 1;
        if (this.#isClosing) this.close();
      });
    });
  }

  /** Cuts all of them as soon as no answer is under way. */
  close(): void {
    this.#isClosing = true;
    if (this.#answers === 0) this.cut();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function answerRead(
  { method }: IncomingMessage,
  response: ServerResponse,
  headers: Parameters<ServerResponse['writeHead']>[1],
  body: string,
): void {
  if (method === 'GET' || method === 'HEAD') response.writeHead(200, headers).end(body);
  else response.writeHead(405, { allow: 'GET, HEAD' }).end();
}

/** The path of a request line, which may hold a whole URL; `undefined` for what is neither. */
function pathOf(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const url = target.startsWith('/') ? `http://localhost${target}` : target;
  return /^(\/|https?:)/i.test(target) && URL.canParse(url) ? new URL(url).pathname : undefined;
}
