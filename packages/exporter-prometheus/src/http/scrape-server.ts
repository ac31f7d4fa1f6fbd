import { type Log } from '@trademeter/config';
import { HostCheck } from '../access/host-check.ts';
import type { WebSettingsSource } from '../access/web-settings.ts';
import { Listener, type ListenerOptions } from './listener.ts';
import { Routes, type RouteTargets } from './routes.ts';

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
  /** Host names that requests may have besides those of loopback, where the server listens on that only. */
  readonly allowedHosts: readonly string[];
}

/** An HTTP server that starts and stops any number of times, one after the other. */
export class ScrapeServer {
  readonly #options: ScrapeServerOptions;
  readonly #settings: WebSettingsSource;
  readonly #routes: Routes;
  readonly #log: Log;
  /** There from when it is asked to start until it is asked to stop. */
  #opening: Promise<Listener> | undefined;
  #listener: Listener | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ScrapeServerOptions, settings: WebSettingsSource, targets: RouteTargets, log: Log) {
    this.#log = log;
    this.#options = options;
    this.#settings = settings;
    this.#routes = new Routes(options.endpoint, new HostCheck([options.host, ...options.allowedHosts]), targets, log);
  }

  /** `undefined` while nothing is bound. The scheme is as the files were when they were read last. */
  get address(): ServerAddress | undefined {
    if (this.#listener === undefined) return undefined;
    const { address: host, port, family } = this.#listener.address;
    const authority = `${family === 'IPv6' ? `[${host}]` : host}:${port}`;
    // A change of the files shows at the next call.
    void this.#settings.refresh();
    const scheme = this.#settings.current.tls === undefined ? 'http' : 'https';
    return { host, port, url: `${scheme}://${authority}${this.#options.endpoint}` };
  }

  /** True when nothing but this machine reaches it; also while nothing is bound. */
  get isPrivate(): boolean {
    return this.#listener?.isPrivate !== false;
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
      const stopping = opening.then(
        (listener) => listener.close(),
        // What did not start need not be stopped.
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
    // At once when it can: a request that comes right behind the call is then served.
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
