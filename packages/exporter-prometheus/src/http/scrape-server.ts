import { type Log } from '@trademeter/config';
import { HostCheck } from '../access/host-check.ts';
import type { WebSettingsSource } from '../access/web-settings.ts';
import { Listener, type ListenerOptions } from './listener.ts';
import { Routes, type RouteTargets } from './routes.ts';

/** The address of a listening server. */
export interface ServerAddress {
  /** The bound address: `127.0.0.1`, `::1`. */
  readonly host: string;
  readonly port: number;
  /** The URL of the metrics: `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
}

/** Where to listen, the path of the metrics, and the limits for clients. */
export interface ScrapeServerOptions extends ListenerOptions {
  /** The path with its leading slash. */
  readonly endpoint: string;
  /** More host names that requests may have while the server listens on loopback only. */
  readonly allowedHosts: readonly string[];
}

/** ScrapeServer is an HTTP server that can be started and stopped again and again. */
export class ScrapeServer {
  readonly #options: ScrapeServerOptions;
  readonly #settings: WebSettingsSource;
  readonly #routes: Routes;
  readonly #log: Log;
  /** Set from the call of start until the call of stop. */
  #opening: Promise<Listener> | undefined;
  #listener: Listener | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ScrapeServerOptions, settings: WebSettingsSource, targets: RouteTargets, log: Log) {
    this.#log = log;
    this.#options = options;
    this.#settings = settings;
    this.#routes = new Routes(options.endpoint, new HostCheck([options.host, ...options.allowedHosts]), targets, log);
  }

  /** `undefined` while nothing is bound. The scheme depends on the files as they were read last. */
  get address(): ServerAddress | undefined {
    if (this.#listener === undefined) return undefined;
    const { address: host, port, family } = this.#listener.address;
    const authority = `${family === 'IPv6' ? `[${host}]` : host}:${port}`;
    // A change of the files shows at the next call.
    void this.#settings.refresh();
    const scheme = this.#settings.current.tls === undefined ? 'http' : 'https';
    return { host, port, url: `${scheme}://${authority}${this.#options.endpoint}` };
  }

  /** True when only this machine can reach the server, or nothing is bound. */
  get isPrivate(): boolean {
    return this.#listener?.isPrivate !== false;
  }

  /**
   * Starts the server, after a stop that is running. Rejects with Node's error (`EADDRINUSE`, …) or a
   * ConfigurationError, and can then be called again.
   */
  async start(): Promise<void> {
    this.#opening ??= this.#open();
    await this.#opening;
  }

  /** Waits for running answers up to a limit, then closes all connections. Several calls are one stop. */
  stop(): Promise<void> {
    const opening = this.#opening;
    if (opening !== undefined) {
      this.#opening = undefined;
      this.#listener = undefined;
      const stopping = opening.then(
        (listener) => listener.close(),
        // A failed start needs no stop.
        () => {},
      );
      this.#stopping = stopping;
      void stopping.then(() => {
        if (this.#stopping === stopping) this.#stopping = undefined;
      });
    }
    return this.#stopping ?? Promise.resolve();
  }

  #open(): Promise<Listener> {
    // At once if possible, so that a request right after the call is served.
    const opening = this.#stopping?.then(() => this.#listen()) ?? this.#listen();
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
    const listener = new Listener(this.#options, this.#settings, this.#log, async (request, response, settings) => {
      try {
        await this.#routes.answer(request, response, settings, listener.isPrivate);
      } catch (error) {
        this.#log.error('a request was not answered:', error);
        request.socket.destroy();
      }
    });
    const results = await Promise.allSettled([this.#settings.load(), listener.open()]);
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return listener;
    await listener.close();
    throw failed.reason;
  }
}
