import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { log } from './diagnostics.ts';

/** RequestHandler answers one scrape on the application's server. Never throws. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** The handler of the first reader that can be scraped; without one, a handler that answers 404. */
export function requestHandler(readers: readonly IMetricReader[]): RequestHandler {
  const exporter = readers.find((reader) => reader instanceof PrometheusExporter);
  if (exporter === undefined) return answerNotFound;
  return (request, response) => exporter.getMetricsRequestHandler(request, response);
}

function answerNotFound(_request: IncomingMessage, response: ServerResponse): void {
  try {
    response.statusCode = 404;
    response.end('No Prometheus exporter is configured.\n');
  } catch (error) {
    log.debug('a request for metrics was not answered.', error);
  }
}
