import { once } from 'node:events';
import { createServer } from 'node:http';

/** One series in one export, as far as sums and histograms have it. */
export interface ReceivedPoint {
  /** The name of the instrumentation scope: several have metrics of the same name. */
  readonly scope: string;
  readonly metric: string;
  /** Its attributes as JSON, sorted: with the scope and the metric's name they tell series apart. */
  readonly attributes: string;
  readonly temporality: 'delta' | 'cumulative';
  /** The value of a sum; or the sum of a histogram, its count, and the count of each bucket. */
  readonly values: readonly number[];
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
}

/** A receiver of OTLP over http/json that keeps what arrives, by the path of its URL. Disposing of it closes it. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  /** What came to a path: one list for each export. */
  exportsTo(path: string): readonly (readonly ReceivedPoint[])[];
}

/** Receives OTLP on a free port. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const received = new Map<string, ReceivedPoint[][]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const points = pointsOf(JSON.parse(Buffer.concat(chunks).toString()) as JsonExport);
      received.set(path, [...(received.get(path) ?? []), points]);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    exportsTo: (path) => received.get(path) ?? [],
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface JsonData {
  readonly aggregationTemporality: 1 | 2;
  readonly dataPoints: readonly JsonPoint[];
}

interface JsonPoint {
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly sum?: number;
  readonly count?: number | string;
  readonly bucketCounts?: readonly (number | string)[];
}

/** The part of OTLP's JSON that is read here. */
interface JsonExport {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string };
      readonly metrics: readonly { readonly name: string; readonly sum?: JsonData; readonly histogram?: JsonData }[];
    }[];
  }[];
}

function pointsOf({ resourceMetrics }: JsonExport): ReceivedPoint[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ scope, metrics: own }) => own.map((metric) => ({ ...metric, scope: scope.name }))),
  );
  return metrics.flatMap(({ scope, name, sum, histogram }) => {
    const data = sum ?? histogram;
    return (data?.dataPoints ?? []).map((point) => ({
      scope,
      metric: name,
      attributes: JSON.stringify(point.attributes.toSorted((a, b) => (a.key < b.key ? -1 : 1))),
      temporality: data?.aggregationTemporality === 1 ? ('delta' as const) : ('cumulative' as const),
      values: sum
        ? [Number(point.asDouble ?? point.asInt)]
        : [Number(point.sum), Number(point.count), ...(point.bucketCounts ?? []).map(Number)],
      start: BigInt(point.startTimeUnixNano),
      end: BigInt(point.timeUnixNano),
    }));
  });
}
