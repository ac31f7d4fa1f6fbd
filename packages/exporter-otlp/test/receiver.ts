import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { type DecodedPoint, type DecodedRequest, dataOf, decodeProtobuf } from './otlp-messages.ts';

/** A request as it arrived, its body unpacked. */
export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The status that it was answered with. */
  readonly status: number;
}

/** An OTLP receiver over HTTP that keeps what it gets. It ends with the test. */
export async function startReceiver(answer: (request: number) => number = () => 200) {
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = answer(requests.length);
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      requests.push({ headers: request.headers, body, status });
      response.writeHead(status, status === 503 ? { 'retry-after': '0' } : {}).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}/v1/metrics` };
}

/** What a request in protobuf or JSON says. */
export function decode({ headers, body }: ReceivedRequest): DecodedRequest {
  return headers['content-type'] === 'application/json'
    ? (JSON.parse(body.toString()) as DecodedRequest)
    : decodeProtobuf(body);
}

/** The points of a metric in requests. */
export function pointsOf(requests: readonly ReceivedRequest[], name: string): DecodedPoint[] {
  return requests
    .map(decode)
    .flatMap(({ resourceMetrics }) => resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics))
    .flatMap(({ metrics }) => metrics.filter((metric) => metric.name === name))
    .flatMap((metric) => dataOf(metric).dataPoints);
}
