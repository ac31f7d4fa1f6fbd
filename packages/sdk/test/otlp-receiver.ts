import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One request as it arrived, its body unpacked. */
export interface ReceivedExport {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a receiver answers; `undefined` for a connection that is left open. */
export interface Answer {
  readonly status: number;
  readonly statusMessage?: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string;
}

/** An OTLP receiver over HTTP that keeps what it gets. */
export class OtlpReceiver implements AsyncDisposable {
  readonly received: ReceivedExport[] = [];
  /** Decides the answer to each request; 200 when left alone. */
  answer: () => Answer | undefined = () => ({ status: 200 });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = this.answer();
        if (answer === undefined) return;
        const body = Buffer.concat(chunks);
        if (answer.status < 300) {
          this.received.push({
            path: request.url ?? '',
            headers: request.headers,
            body: request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
          });
        }
        const { status, statusMessage, headers = {}, body: answerBody } = answer;
        if (statusMessage === undefined) response.writeHead(status, headers);
        else response.writeHead(status, statusMessage, headers);
        response.end(answerBody);
      });
    });
  }

  static async start(port = 0): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve, reject) => {
      receiver.#server.once('error', reject);
      receiver.#server.listen(port, '127.0.0.1', resolve);
    });
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The exports that came as JSON. */
  get json(): JsonExport[] {
    return this.received.map(({ body }) => JSON.parse(body.toString()) as JsonExport);
  }

  /** The newest value of a series that came as JSON; of several that match, the sum. */
  value(metric: string, attributes: Readonly<Record<string, string>> = {}): number | undefined {
    return this.valueIn(-1, metric, attributes);
  }

  /** The same of one of the exports, counted from the first, or with a negative index from the last. */
  valueIn(index: number, metric: string, attributes: Readonly<Record<string, string>> = {}): number | undefined {
    const points =
      this.json.at(index)?.resourceMetrics.flatMap((resource) => pointsOf(resource, metric, attributes)) ?? [];
    return points.length === 0 ? undefined : points.reduce((sum, point) => sum + numberOf(point), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

interface JsonAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly boolValue?: boolean };
}

/** The part of OTLP's JSON that the tests read. */
export interface JsonExport {
  readonly resourceMetrics: readonly JsonResourceMetrics[];
}

interface JsonResourceMetrics {
  readonly resource: { readonly attributes: readonly JsonAttribute[] };
  readonly scopeMetrics: readonly { readonly metrics: readonly JsonMetric[] }[];
}

interface JsonMetric {
  readonly name: string;
  readonly sum?: { readonly aggregationTemporality: number; readonly dataPoints: readonly JsonPoint[] };
  readonly gauge?: { readonly dataPoints: readonly JsonPoint[] };
  readonly histogram?: { readonly dataPoints: readonly JsonPoint[] };
}

export interface JsonPoint {
  readonly attributes: readonly JsonAttribute[];
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly count?: number | string;
  readonly explicitBounds?: readonly number[];
}

function pointsOf(
  resource: JsonResourceMetrics,
  metric: string,
  attributes: Readonly<Record<string, string>>,
): JsonPoint[] {
  return resource.scopeMetrics
    .flatMap((scope) => scope.metrics)
    .filter((each) => each.name === metric)
    .flatMap((each) => [each.sum, each.gauge, each.histogram].flatMap((data) => data?.dataPoints ?? []))
    .filter((point) =>
      Object.entries(attributes).every(([key, value]) =>
        point.attributes.some(
          (each) => each.key === key && (each.value.stringValue ?? String(each.value.boolValue)) === value,
        ),
      ),
    );
}

function numberOf({ asDouble, asInt, count }: JsonPoint): number {
  return Number(asDouble ?? asInt ?? count);
}

/** One field of a protobuf message; the bytes of a nested message, a text or a packed list. */
interface ProtobufField {
  readonly number: number;
  readonly bytes: Buffer;
}

/**
 * The names of the metrics in a protobuf export, read without a schema:
 * ExportMetricsServiceRequest.resource_metrics = 1, .scope_metrics = 2, .metrics = 2, .name = 1.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
 */
export function metricNamesInProtobuf(body: Buffer): string[] {
  const nested = (messages: readonly Buffer[], number: number): Buffer[] =>
    messages.flatMap((message) => fieldsOf(message).flatMap((field) => (field.number === number ? field.bytes : [])));
  return nested(nested(nested(nested([body], 1), 2), 2), 1).map(String);
}

function fieldsOf(message: Buffer): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const lengths: Record<number, () => number> = { 1: () => 8, 2: varint, 5: () => 4 };
    const length = lengths[tag & 7]?.();
    if (length === undefined) {
      varint();
      continue;
    }
    fields.push({ number: tag >>> 3, bytes: message.subarray(at, at + length) });
    at += length;
  }
  return fields;
}
