import { Listener, type ListenerOptions } from './listener.ts';
import type { Notices } from './notices.ts';
import { Routes, type RouteTargets } from './routes.ts';
import type { WebSettingsSource } from './web-settings.ts';

/** Where a server listens. */
export interface ServerAddress {
  /** The address that was bound: `127.0.0.1`, `::1`. */
  readonly host: string;
  readonly port: number;
  /** Of the metrics: `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
}

/** Where to listen, at which path the metrics are, and what clients may take of the process. */
export interface ScrapeServerOptions extends ListenerOptions {
  /** The path with its leading slash. */
  readonly endpoint: string;
}

/** An HTTP server that starts and stops any number of times, one after the other. */
export class ScrapeServer {
  readonly #options: ScrapeServerOptions;
  readonly #settings: WebSettingsSource;
  readonly #routes: Routes;
  readonly #notices: Notices;
  /** There from when it is asked to start until it is asked to stop. */
  #opening: Promise<Listener> | undefined;
  #listener: Listener | undefined;
  /** The last stop, or that before the first start. */
  #stopped: Promise<void> = Promise.resolve();

  constructor(options: ScrapeServerOptions, settings: WebSettingsSource, targets: RouteTargets, notices: Notices) {
    this.#notices = notices;
    this.#options = options;
    this.#settings = settings;
    this.#routes = new Routes(options.endpoint, targets);
  }

  /** `undefined` while nothing is bound. */
  get address(): ServerAddress | undefined {
    if (this.#listener === undefined) return undefined;
    const { address: host, port, family } = this.#listener.address;
    const authority = `${family === 'IPv6' ? `[${host}]` : host}:${port}`;
    const scheme = this.#settings.current().tls === undefined ? 'http' : 'https';
    return { host, port, url: `${scheme}://${authority}${this.#options.endpoint}` };
  }

  /**
   * Waits for a stop that is under way. Rejects with Node's error (`EADDRINUSE`, …) or a ConfigurationError, and can
   * then be called again.
   */
  async start(): Promise<void> {
    this.#opening ??= this.#open();
    await this.#opening;
  }

  /** Waits for answers under way, up to a limit, and cuts off what is left. However often it is called, it is one stop. */
  stop(): Promise<void> {
    const opening = this.#opening;
    if (opening !== undefined) {
      this.#opening = undefined;
      this.#listener = undefined;
      this.#stopped = opening.then(
        (listener) => listener.close(),
        // What did not start need not be stopped.
        () => {},
      );
    }
    return this.#stopped;
  }

  #open(): Promise<Listener> {
    const opening = this.#stopped.then(() => this.#listen());
    opening.then(
      (listener) => {
        if (this.#opening === opening) this.#listener = listener;
      },
      () => {
        if (this.#opening === opening) this.#opening = undefined;
      },
    );
    return opening;
  }

  async #listen(): Promise<Listener> {
    await this.#settings.load();
    const current = () => this.#settings.current();
    return await Listener.open(this.#options, current, async (request, response) => {
      try {
        await this.#routes.answer(request, response, current());
      } catch (error) {
        this.#notices.error('a request was not answered:', error);
        request.socket.destroy();
      }
    });
  }
}
