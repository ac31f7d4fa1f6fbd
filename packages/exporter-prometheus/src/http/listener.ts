import { once } from 'node:events';
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type Server as TlsServer } from 'node:tls';
import { type Log } from '@trademeter/config';
import { admits } from '../access/tls-settings.ts';
import type { WebSettings, WebSettingsSource } from '../access/web-settings.ts';
import { Connections } from './connections.ts';
import { http } from './node-http.ts';
import { otherMethodHeaders } from './short-answers.ts';

/** Where to listen, and the limits for clients. Times are in milliseconds. */
export interface ListenerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly maxConnections: number;
  /** The time in which a client must have sent a request, or completed the TLS handshake. */
  readonly requestTimeoutMillis: number;
  /** How long closing waits for running answers. */
  readonly closeTimeoutMillis: number;
}

/** Answers a request. Never rejects. */
export type Answer = (request: IncomingMessage, response: ServerResponse, settings: WebSettings) => Promise<void>;

// Longer than scrape intervals, so that most scrapes need no handshake, which would take event loop time.
const keepAliveMillis = 75_000;

// How often to look for a port that is free on both addresses of localhost.
const mostPortAttempts = 10;

/**
 * Listener accepts connections from open to close. Whether one uses TLS depends on the settings when it is made;
 * connections that come before the settings are loaded wait for them.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #settings: WebSettingsSource;
  readonly #log: Log;
  readonly #connections: Connections;
  readonly #http: HttpServer;
  #servers: Server[] = [];
  // Those that other machines can reach.
  readonly #public = new Set<Server>();
  #tls: { readonly context: SecureContextOptions; readonly server: TlsServer } | undefined;

  constructor(options: ListenerOptions, settings: WebSettingsSource, log: Log, answer: Answer) {
    this.#options = options;
    this.#settings = settings;
    this.#log = log;
    this.#connections = new Connections(options.maxConnections);
    this.#http = this.#httpServer(answer);
  }

  /**
   * Requests the addresses before it returns, and resolves when they are bound. `localhost` is both 127.0.0.1 and ::1,
   * as far as the machine has them, because clients may try either alone. Rejects with Node's error (`EADDRINUSE`, …).
   */
  async open(): Promise<void> {
    const { host, port } = this.#options;
    if (!isLocalhost(host)) await this.#listen(host, port);
    else if (port === 0) await this.#listenOnFreePort(mostPortAttempts);
    else await this.#listenOnAll(['127.0.0.1', '::1'], port);
    // From now on Node enforces the request timeouts.
    this.#http.emit('listening');
  }

  /** The bound address; for localhost, the first one that could be bound. */
  get address(): AddressInfo {
    return this.#servers[0]?.address() as AddressInfo;
  }

  /** True when only this machine can reach the server. */
  get isPrivate(): boolean {
    return this.#public.size === 0;
  }

  /** Waits for running answers up to a limit, then closes all connections. */
  async close(): Promise<void> {
    const closed = this.#servers.map(async (server) => {
      const closing = once(server, 'close');
      server.close();
      await closing;
    });
    this.#http.close();
    const cut = setTimeout(() => this.#connections.cut(), this.#options.closeTimeoutMillis);
    this.#connections.close();
    await Promise.all(closed);
    clearTimeout(cut);
  }

  async #listen(host: string, port: number): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void this.#take(socket));
    // Telemetry must not keep a bot alive that has nothing else to do.
    server.unref();
    // Workers of a cluster would share the port, and a scrape would go to any one of them.
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    // For example when no file descriptor is left. That a scrape fails is no reason to end the bot.
    server.on('error', (error) => this.#log.error('a connection could not be accepted:', error));
    this.#servers.push(server);
    if (!isLoopback(addressOf(server))) this.#public.add(server);
  }

  async #listenOnAll(hosts: readonly string[], port: number): Promise<void> {
    const results = await Promise.allSettled(hosts.map((host) => this.#listen(host, port)));
    this.#servers.sort((a, b) => hosts.indexOf(addressOf(a)) - hosts.indexOf(addressOf(b)));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
    const fatal =
      errors.find((error) => !isUnavailable(error)) ?? (errors.length < hosts.length ? undefined : errors[0]);
    if (fatal !== undefined) throw fatal;
  }

  async #listenOnFreePort(attempts: number): Promise<void> {
    try {
      await this.#listen('127.0.0.1', 0);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await this.#listen('::1', 0);
      return;
    }
    try {
      await this.#listen('::1', this.address.port);
    } catch (error) {
      if (isUnavailable(error)) return;
      if (codeOf(error) !== 'EADDRINUSE' || attempts === 1) throw error;
      for (const server of this.#servers.splice(0)) server.close();
      await this.#listenOnFreePort(attempts - 1);
    }
  }

  async #take(socket: Socket): Promise<void> {
    socket.unref();
    // Until a server handles the socket: without a listener, a client that hangs up would end the process.
    socket.on('error', () => {});
    const connection = this.#connections.admit(socket);
    if (connection === undefined) return;
    // Nothing is awaited if nothing can change.
    const settings = this.#settings.isConstant ? this.#settings.current : await this.#loaded();
    if (settings === undefined) socket.destroy();
    if (settings === undefined || socket.destroyed) return;
    const { tls } = settings;
    connection.tls = tls?.settings;
    // Like Node's own servers: do not wait for a client that hangs up before the handshake.
    socket.allowHalfOpen = tls === undefined;
    if (tls === undefined) this.#http.emit('connection', socket);
    else this.#tlsServer(tls).emit('connection', socket);
  }

  /** The current settings; `undefined` when they cannot be loaded. */
  async #loaded(): Promise<WebSettings | undefined> {
    try {
      await this.#settings.load();
      return await this.#settings.refresh();
    } catch {
      // The error is reported to the caller of open().
      return undefined;
    }
  }

  #httpServer(answer: Answer): HttpServer {
    const { requestTimeoutMillis } = this.#options;
    return http
      .createServer({
        headersTimeout: requestTimeoutMillis,
        requestTimeout: requestTimeoutMillis,
        connectionsCheckingInterval: Math.min(1_000, requestTimeoutMillis),
        keepAliveTimeout: keepAliveMillis,
      })
      .on('request', (request, response) => this.#answer(request, response, answer))
      .on('checkContinue', (request, response) => {
        // The client waits for permission to send a body that nobody reads.
        response.setHeader('connection', 'close');
        this.#answer(request, response, answer);
      })
      .on('connect', (_request, socket) => {
        const headers = Object.entries(otherMethodHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.on('error', () => {});
        const refusal = `HTTP/1.1 405 Method Not Allowed\r\n${headers.join('')}content-length: 0\r\n\r\n`;
        // It is no longer one of the server's, so nothing else would close it.
        socket.end(refusal, () => socket.destroy());
      });
  }

  #answer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
    this.#connections.answer(response, async (connection) => {
      const settings = this.#settings.isConstant ? this.#settings.current : await this.#settings.refresh();
      // A connection from before a change of TLS settings is closed, as it may not fulfil the new ones.
      if (connection.tls === settings.tls?.settings) await answer(request, response, settings);
      else request.socket.destroy();
    });
  }

  /** One server as long as the certificates stay the same. It only performs handshakes. */
  #tlsServer({ settings, context }: NonNullable<WebSettings['tls']>): TlsServer {
    if (this.#tls?.context === context) return this.#tls.server;
    const server = createTlsServer({
      ...context,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: this.#options.requestTimeoutMillis,
      requestCert: settings.clientAuthType !== 'NoClientCert',
      // Clients are rejected later, in `admits`.
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

function isLocalhost(host: string): boolean {
  return host.toLowerCase() === 'localhost';
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

function addressOf(server: Server): string {
  return (server.address() as AddressInfo).address;
}

/** True when the machine has no such address, such as one without IPv6. */
function isUnavailable(error: unknown): boolean {
  return ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error ? String(Reflect.get(error, 'code')) : '';
}
