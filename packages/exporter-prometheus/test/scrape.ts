import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls, type RequestOptions as TlsRequestOptions } from 'node:https';
import type { Meter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type MeterProviderOptions, MeterProvider as UpstreamProvider } from '@opentelemetry/sdk-metrics';
import { MeterProvider as StoreProvider } from '@trademeter/metric-store';
import { PrometheusExporter, type PrometheusExporterConfig } from '../src/index.ts';

/** The answer of a server. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A meter provider for testing an exporter. */
export interface TestProvider {
  getMeter(name: string, version?: string, options?: { schemaUrl?: string }): Meter;
  shutdown(): Promise<void>;
}

/** The providers that the exporter must work with, by their names in tests. */
export const providers = {
  "the store's provider": (options: MeterProviderOptions): TestProvider => new StoreProvider(options),
  "OpenTelemetry's provider": (options: MeterProviderOptions): TestProvider => new UpstreamProvider(options),
} as const;

/** The name of one of {@link providers}. */
export type ProviderName = keyof typeof providers;

export const providerNames = Object.keys(providers) as readonly ProviderName[];

/** An exporter that listens on its own port, with a meter provider. */
export class Endpoint implements AsyncDisposable {
  readonly exporter: PrometheusExporter;
  readonly provider: TestProvider;
  readonly meter: Meter;

  private constructor(exporter: PrometheusExporter, options: MeterProviderOptions, provider: ProviderName) {
    this.exporter = exporter;
    this.provider = providers[provider]({
      resource: resourceFromAttributes({ 'service.name': 'bot' }),
      ...options,
      readers: [exporter],
    });
    this.meter = this.provider.getMeter('test');
  }

  static async start(
    config: PrometheusExporterConfig = {},
    options: MeterProviderOptions = {},
    provider: ProviderName = "the store's provider",
  ): Promise<Endpoint> {
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, ...config, preventServerStart: true });
    const endpoint = new Endpoint(exporter, options, provider);
    await exporter.startServer();
    return endpoint;
  }

  get(options: RequestOptions | TlsRequestOptions = {}): Promise<Answer> {
    return send(this.exporter, options);
  }

  async scrape(): Promise<string> {
    const { status, body } = await this.get();
    if (status !== 200) throw new Error(`the scrape was answered with ${status}: ${body}`);
    return body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.provider.shutdown();
  }
}

/** Sends one request to a listening exporter, to its metrics unless `options.path` is set. */
export async function send(
  exporter: PrometheusExporter,
  options: RequestOptions | TlsRequestOptions = {},
): Promise<Answer> {
  const { address } = exporter;
  if (address === undefined) throw new Error('the exporter does not listen');
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const open = address.url.startsWith('https:') ? requestTls : request;
  open(address.url, { agent: false, ...options }, resolve)
    .once('error', reject)
    .end();
  const response = await promise;
  response.setEncoding('utf8');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}
