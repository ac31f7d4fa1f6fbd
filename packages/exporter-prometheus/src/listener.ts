import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type Server as TlsServer } from 'node:tls';
import { diag } from '@opentelemetry/api';
import { Connections } from './connections.ts';
import { otherMethodHeaders } from './short-answers.ts';
import { admits } from './tls-settings.ts';
import type { WebSettings } from './web-settings.ts';

/** Where to listen, and what clients may take of the process. Times in milliseconds. */
export interface ListenerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly maxConnections: number;
  /** How long a client may take to send a request, and to shake hands over TLS. */
  readonly requestTimeoutMillis: number;
  /** How long closing waits for answers under way. */
  readonly closeTimeoutMillis: number;
}

/** Answers a request. Never rejects. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

// Longer than scrapes are apart, so that most need no handshake, which would be work on the event loop.
const keepAliveMillis = 75_000;

/**
 * Takes connections from when it is opened until it is closed. Each one speaks TLS, or does not, as the settings are
 * when it comes.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #settings: () => WebSettings;
  readonly #connections: Connections;
  readonly #server: Server;
  readonly #http: HttpServer;
  #tls: { readonly context: SecureContextOptions; readonly server: TlsServer } | undefined;

  private constructor(options: ListenerOptions, settings: () => WebSettings, answer: Answer) {
    this.#options = options;
    this.#settings = settings;
    this.#connections = new Connections(options.maxConnections);
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#take(socket));
    // Telemetry must not keep a bot alive that has nothing else to do.
    this.#server.unref();
    this.#http = this.#httpServer(answer);
  }

  /** Rejects with Node's error: `EADDRINUSE`, … */
  static async open(options: ListenerOptions, settings: () => WebSettings, answer: Answer): Promise<Listener> {
    const listener = new Listener(options, settings, answer);
    const { host, port } = options;
    // The workers of a cluster would share the port, and a scrape go to any one of them.
    listener.#server.listen({ host, port, exclusive: true });
    await once(listener.#server, 'listening');
    // As when no file is left to open: what a scrape cannot have is no reason for the bot to end.
    listener.#server.on('error', (error) => diag.error('[trademeter/exporter-prometheus] no connection:', error));
    // From then on Node looks at how long requests take.
    listener.#http.emit('listening');
    return listener;
  }

  /** What was bound. */
  get address(): AddressInfo {
    return this.#server.address() as AddressInfo;
  }

  /** Waits for answers under way, up to a limit, and cuts off what is left. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#http.close();
    const cut = setTimeout(() => this.#connections.cut(), this.#options.closeTimeoutMillis);
    this.#connections.close();
    await closed;
    clearTimeout(cut);
  }

  #take(socket: Socket): void {
    socket.unref();
    const { tls } = this.#settings();
    if (!this.#connections.admit(socket, tls?.settings)) return;
    // As Node's own servers have it: who hangs up before the handshake is not waited for.
    socket.allowHalfOpen = tls === undefined;
    if (tls === undefined) this.#http.emit('connection', socket);
    else this.#tlsServer(tls).emit('connection', socket);
  }

  #httpServer(answer: Answer): HttpServer {
    const { requestTimeoutMillis } = this.#options;
    return createHttpServer({
      headersTimeout: requestTimeoutMillis,
      requestTimeout: requestTimeoutMillis,
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMillis),
      keepAliveTimeout: keepAliveMillis,
    })
      .on('request', (request, response) => this.#answer(request, response, answer))
      .on('checkContinue', (request, response) => {
        // The client waits to be asked for its body, which nobody wants.
        response.setHeader('connection', 'close');
        this.#answer(request, response, answer);
      })
      .on('connect', (_request, socket) => {
        const headers = Object.entries(otherMethodHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.on('error', () => {});
        const refusal = `HTTP/1.1 405 Method Not Allowed\r\n${headers.join('')}content-length: 0\r\n\r\n`;
        // Nobody else would close it when the client does not: it is no longer one of the server's.
        socket.end(refusal, () => socket.destroy());
      });
  }

  #answer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
    // A connection that was made when the settings asked for less is not kept for what they ask for now.
    this.#connections.answer(response, this.#settings().tls?.settings, () => answer(request, response));
  }

  /** One for as long as the certificates stay the same. It only shakes hands. */
  #tlsServer({ settings, context }: NonNullable<WebSettings['tls']>): TlsServer {
    if (this.#tls?.context === context) return this.#tls.server;
    const server = createTlsServer({
      ...context,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: this.#options.requestTimeoutMillis,
      requestCert: settings.clientAuthType !== 'NoClientCert',
      // Who is refused is decided below.
      rejectUnauthorized: false,
    })
      .on('secureConnection', (socket) => {
        if (admits(socket, settings)) this.#http.emit('connection', socket);
        else socket.destroy();
      })
      .on('tlsClientError', (_error, socket) => socket.destroy());
    this.#tls = { context, server };
    return server;
  }
}
