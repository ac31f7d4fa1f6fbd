import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError, Log, throwOnOldNode } from '@trademeter/config';
import {
  CachedExpositions,
  type CollectedMetrics,
  metricsOfScopes,
  metricsOfSnapshot,
  textExposition,
} from '@trademeter/exposition';
import { GuardedProducer, ProducerError, SettledResources, SnapshotReader } from '@trademeter/metric-store';
import { Authenticator, type Credentials, type Verdict } from './access/authenticator.ts';
import { type WebSettings, WebSettingsSource } from './access/web-settings.ts';
import { EventLoopBudget } from './collection/event-loop-budget.ts';
import { ScrapeBatches } from './collection/scrape-batches.ts';
import type { PrometheusExporterConfig } from './exporter-config.ts';
import { MountedRequests, type MountedResponse } from './http/mounted-requests.ts';
import { ScrapeHandler, type ScrapeRequest } from './http/scrape-handler.ts';
import { ScrapeServer, type ServerAddress } from './http/scrape-server.ts';
import { answerLine } from './http/short-answers.ts';
import { defaultOptions, type ResolvedOptions, resolveOptions } from './options.ts';

// The same object each time, like the attributes of a resource.
const noAttributes = {};

// How long scrapes may block the event loop in one turn.
const sliceMillis = 2;

/**
 * PrometheusExporter is a metric reader that Prometheus scrapes. It replaces the class of that name in
 * `@opentelemetry/exporter-prometheus`.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/prometheus/
 * @example
 * const exporter = new PrometheusExporter({ port: 9464 });
 * const provider = new MeterProvider({ readers: [exporter] });
 */
export class PrometheusExporter extends SnapshotReader {
  /** The defaults of the options that upstream has too. Variables of the environment override host and port. */
  static readonly DEFAULT_OPTIONS = defaultOptions;

  readonly #options: ResolvedOptions;
  readonly #log: Log;
  readonly #resources = new SettledResources();
  readonly #batches: ScrapeBatches;
  readonly #handler: ScrapeHandler;
  readonly #expositions: CachedExpositions;
  readonly #server: ScrapeServer;
  readonly #mounted: MountedRequests;
  readonly #settings: WebSettingsSource;
  readonly #authenticator = new Authenticator();

  /**
   * Starts the server, unless `preventServerStart` is true.
   *
   * @param callback called when the server listens, or with the error that prevented it
   * @throws {ConfigurationError} naming the first option that is wrong
   */
  constructor(options: PrometheusExporterConfig = {}, callback: (error: Error | void) => void = () => {}) {
    throwOnOldNode('exporter-prometheus');
    const resolved = resolveOptions(options, process.env);
    const log = new Log('exporter-prometheus');
    const { answerTimeoutMillis, collectTimeoutMillis } = resolved;
    const guard = { timeoutMillis: collectTimeoutMillis, keepsProcess: false, log };
    super({
      metricProducers: (options.metricProducers ?? []).map((producer) => new GuardedProducer(producer, guard)),
      otelComponentType: 'prometheus_http_text_metric_exporter',
    });
    this.#options = resolved;
    this.#log = log;
    const budget = new EventLoopBudget(sliceMillis);
    this.#expositions = new CachedExpositions(resolved, this.#log);
    this.#batches = new ScrapeBatches(
      () => this.#collect(),
      (metrics, exposition) => budget.run(this.#expositions.render(metrics, exposition)),
      (exposition) => this.#expositions.keyOf(exposition),
      budget,
    );
    this.#handler = new ScrapeHandler((exposition) => this.#batches.scrape(exposition), budget, answerTimeoutMillis);
    this.#settings = new WebSettingsSource(resolved, this.#log);
    this.#server = new ScrapeServer(
      resolved,
      this.#settings,
      {
        isAllowed: (request, response, settings) => this.#isAllowed(request, response, settings),
        serve: (request, response) => this.#serve(request, response),
        pages: resolved.pages,
      },
      log,
    );
    this.#mounted = new MountedRequests((request, response) => this.#answerMounted(request, response), log);
    const call = (error?: Error) => {
      try {
        callback(error);
      } catch (thrown) {
        log.error('the callback of the exporter failed:', thrown);
      }
    };
    if (options.preventServerStart === true) {
      queueMicrotask(call);
    } else {
      this.startServer().then(
        () => call(),
        (error: Error) => {
          log.error('the server did not start:', error);
          call(error);
        },
      );
    }
  }

  /**
   * The address that the server listens on, with the port that `port: 0` took; `undefined` while it does not listen.
   */
  get address(): ServerAddress | undefined {
    return this.#server.address;
  }

  /** The configured address: from the options, else the environment, else `localhost` and 9464. */
  get configuredAddress(): { readonly host: string; readonly port: number } {
    const { host, port } = this.#options;
    return { host, port };
  }

  /**
   * The bytes that are kept for the next scrapes: for each of the last formats about as much as an answer, plus copies
   * of small parts and the last compressed answer.
   */
  get keptBytes(): number {
    return this.#expositions.memory;
  }

  /** Resolves when the server listens. Rejects with Node's error (`EADDRINUSE`, …), and can then be called again. */
  async startServer(): Promise<void> {
    await this.#server.start();
    const { credentials } = this.#settings.current;
    if (this.#server.isPrivate || credentials.areRequired) return;
    for (const name of this.#options.emptyCredentials) {
      this.#log.warnOnce(`${name} is empty: anyone who reaches ${this.address?.url} may scrape`);
    }
  }

  /** Resolves when the last connection is closed. The server can be started again. */
  stopServer(): Promise<void> {
    return this.#server.stop();
  }

  override onShutdown(): Promise<void> {
    return this.stopServer();
  }

  /** Does nothing: each scrape collects. */
  override async onForceFlush(): Promise<void> {}

  /**
   * Collects the metrics as text in the format 0.0.4, for frameworks whose responses are not Node's own. The content
   * type is `text/plain; version=0.0.4; charset=utf-8`. Credentials are not checked. Rejects when the collection fails.
   */
  async text(): Promise<string> {
    const body = await this.#batches.scrape(textExposition('0.0.4'));
    try {
      return body.text();
    } finally {
      body.release();
    }
  }

  /**
   * Answers one scrape on the application's own server, and checks credentials. Never throws, whatever the request and
   * the response are: a response that is not Node's own gets the whole text at once; one that cannot take it, or was
   * already sent, is logged once.
   */
  getMetricsRequestHandler(request: IncomingMessage, response: ServerResponse): void {
    void this.#mounted.handle(request, response);
  }

  async #answerMounted(request: ScrapeRequest, response: MountedResponse): Promise<void> {
    let settings: WebSettings;
    try {
      await this.#settings.load();
      settings = await this.#settings.refresh();
    } catch (error) {
      this.#log.error('the web settings could not be loaded, so all scrapes are refused:', error);
      answerLine(response, 500, 'The server is not set up.');
      return;
    }
    if (await this.#isAllowed(request, response, settings)) await this.#serve(request, response);
  }

  async #serve(request: ScrapeRequest, response: MountedResponse): Promise<void> {
    try {
      await this.#handler.handle(request, response);
    } catch (error) {
      this.#log.error('the metrics could not be collected:', error);
      if (!response.headersSent) answerLine(response, 500, 'The metrics could not be collected.');
    }
  }

  async #isAllowed(
    { headers }: ScrapeRequest,
    response: MountedResponse,
    { credentials }: WebSettings,
  ): Promise<boolean> {
    if (!credentials.areRequired) return true;
    switch (await this.#verdict(headers.authorization, credentials)) {
      case 'allowed':
        return true;
      case 'busy':
        answerLine(response, 503, 'Too many passwords to check', { 'retry-after': '1' });
        return false;
      case 'refused':
        answerLine(response, 401, 'Unauthorized', { 'www-authenticate': this.#authenticator.challenge(credentials) });
        return false;
    }
  }

  async #verdict(authorization: string | undefined, credentials: Credentials): Promise<Verdict> {
    try {
      return await this.#authenticator.judge(authorization, credentials);
    } catch (error) {
      this.#log.warnOnce(`a password could not be checked: ${describeError(error)}`);
      return 'refused';
    }
  }

  async #collect(): Promise<CollectedMetrics> {
    if (!this.isBound) {
      this.#log.warnOnce('there are no metrics: no MeterProvider has this exporter as a reader yet');
      return { attributes: noAttributes, metrics: [] };
    }
    const timeoutMillis = this.#options.collectTimeoutMillis;
    const { snapshot, resourceMetrics, errors } = await this.collectSnapshot({ timeoutMillis });
    for (const error of errors) {
      this.#log.warnOnce(
        error instanceof ProducerError
          ? `${error.message}; its series are missing`
          : `an observable callback failed, its series keep their last values: ${describeError(error)}`,
      );
    }
    const { attributes } = await this.#resources.of(resourceMetrics.resource, timeoutMillis);
    const metrics = metricsOfScopes(resourceMetrics.scopeMetrics);
    return {
      attributes,
      metrics: snapshot === undefined ? metrics : [...metricsOfSnapshot(snapshot), ...metrics],
    };
  }
}
