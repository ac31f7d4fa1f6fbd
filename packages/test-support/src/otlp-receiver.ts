import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type DecodedPoint, type DecodedRequest, dataOf, decodeProtobuf, metricsOf } from './otlp-messages.ts';

/** ReceivedExport is one request, with its body decompressed. */
export interface ReceivedExport {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The status of the answer. */
  readonly status: number;
}

/** OtlpAnswer is a receiver's answer. */
export interface OtlpAnswer {
  readonly status: number;
  readonly statusMessage?: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string;
}

type Attributes = Readonly<Record<string, string>>;

/** OtlpReceiver receives OTLP over HTTP on 127.0.0.1, as protobuf or JSON, and keeps all requests. */
export class OtlpReceiver implements AsyncDisposable {
  /** All answered requests. */
  readonly requests: ReceivedExport[] = [];
  /**
   * Returns the answer to a request by its number, from 0; `undefined` leaves the connection open without an answer.
   * @default 200
   */
  answer: (index: number) => OtlpAnswer | undefined = () => ({ status: 200 });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = this.answer(this.requests.length);
        if (answer === undefined) return;
        const { status, statusMessage, headers = {}, body: answerBody } = answer;
        const sent = Buffer.concat(chunks);
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
        this.requests.push({ path: request.url ?? '', headers: request.headers, body, status });
        if (statusMessage === undefined) response.writeHead(status, headers);
        else response.writeHead(status, statusMessage, headers);
        response.end(answerBody);
      });
    });
  }

  /** @param port a free one by default */
  static async start(port = 0): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    receiver.#server.listen(port, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The accepted requests. */
  get received(): ReceivedExport[] {
    return this.requests.filter(({ status }) => status < 300);
  }

  /** The accepted requests, decoded. @param path only requests to this path */
  exports(path?: string): DecodedRequest[] {
    return this.received.filter((each) => path === undefined || each.path === path).map(decode);
  }

  /** The value of a series in the newest export; of several that match, the sum. For a histogram, its count. */
  value(metric: string, attributes: Attributes = {}): number | undefined {
    return this.valueIn(-1, metric, attributes);
  }

  /** The same for another export, counted from the first, or with a negative index from the last. */
  valueIn(index: number, metric: string, attributes: Attributes = {}): number | undefined {
    const request = this.received.at(index);
    const points = request === undefined ? [] : pointsIn(decode(request), metric, attributes);
    return points.length === 0 ? undefined : points.reduce((sum, point) => sum + numberOf(point), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** Decodes a request in protobuf or JSON. */
export function decode({ headers, body }: ReceivedExport): DecodedRequest {
  return headers['content-type'] === 'application/json'
    ? (JSON.parse(body.toString()) as DecodedRequest)
    : decodeProtobuf(body);
}

/** The data points of a metric in requests. */
export function pointsOf(requests: readonly ReceivedExport[], metric: string): DecodedPoint[] {
  return requests.flatMap((each) => pointsIn(decode(each), metric, {}));
}

function pointsIn(request: DecodedRequest, metric: string, attributes: Attributes): DecodedPoint[] {
  const has = ({ attributes: own = [] }: DecodedPoint, key: string, wanted: string) =>
    own.some(({ key: name, value }) => name === key && String(value['stringValue'] ?? value['boolValue']) === wanted);
  return metricsOf(request)
    .filter((each) => each.name === metric)
    .flatMap((each) => dataOf(each).dataPoints)
    .filter((point) => Object.entries(attributes).every(([key, value]) => has(point, key, value)));
}

function numberOf({ asDouble, asInt, count }: DecodedPoint): number {
  return Number(asDouble ?? asInt ?? count);
}
