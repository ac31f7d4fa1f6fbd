import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a server listens. */
export interface ServerAddress {
  /** The address that was bound: `127.0.0.1`, `::1`. */
  readonly host: string;
  readonly port: number;
  /** Of the metrics: `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
}

/** Where to listen, and at which path the metrics are. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly endpoint: string;
}

/** An HTTP server that starts and stops any number of times, and answers at one path. */
export class ScrapeServer {
  readonly #options: ServerOptions;
  readonly #serve: (request: IncomingMessage, response: ServerResponse) => void;
  #server: Server | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: ServerOptions, serve: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#options = options;
    this.#serve = serve;
  }

  /** `undefined` while nothing is bound. */
  get address(): ServerAddress | undefined {
    const bound = this.#server?.address() as AddressInfo | null | undefined;
    if (bound === null || bound === undefined) return undefined;
    const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
    return { host: bound.address, port: bound.port, url: `http://${host}:${bound.port}${this.#options.endpoint}` };
  }

  /** Rejects with Node's error (`EADDRINUSE`, …), and can then be called again. */
  start(): Promise<void> {
    this.#starting ??= this.#listen().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** Resolves when the last connection is closed. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    this.#starting = undefined;
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  }

  #listen(): Promise<void> {
    const server = createServer((request, response) => this.#route(request, response));
    // Telemetry must not keep a bot alive that has nothing else to do.
    server.unref();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      const { host, port } = this.#options;
      // The workers of a cluster would share the port, and a scrape go to any one of them.
      server.listen({ host, port, exclusive: true }, () => {
        server.off('error', reject);
        this.#server = server;
        resolve();
      });
    });
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    if (pathOf(request.url) === this.#options.endpoint) this.#serve(request, response);
    else response.writeHead(404).end();
  }
}

/** The path of a request line, which may hold a whole URL. */
function pathOf(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const url = target.startsWith('/') ? `http://localhost${target}` : target;
  return URL.canParse(url) ? new URL(url).pathname : undefined;
}
