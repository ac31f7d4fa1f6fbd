import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls, type RequestOptions as TlsRequestOptions } from 'node:https';
import type { Meter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MeterProviderOptions } from '@opentelemetry/sdk-metrics';
import { PrometheusExporter, type PrometheusExporterConfig } from '../src/index.ts';

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An exporter that listens on a port of its own, behind a meter provider. */
export class Endpoint implements AsyncDisposable {
  readonly exporter: PrometheusExporter;
  readonly provider: MeterProvider;
  readonly meter: Meter;

  private constructor(exporter: PrometheusExporter, options: MeterProviderOptions) {
    this.exporter = exporter;
    this.provider = new MeterProvider({
      resource: resourceFromAttributes({ 'service.name': 'bot' }),
      ...options,
      readers: [exporter],
    });
    this.meter = this.provider.getMeter('test');
  }

  static async start(config: PrometheusExporterConfig = {}, options: MeterProviderOptions = {}): Promise<Endpoint> {
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, ...config, preventServerStart: true });
    const endpoint = new Endpoint(exporter, options);
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

/** One request to a listening exporter, at its metrics unless `options.path` says otherwise. */
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
