import { setImmediate as immediate } from 'node:timers/promises';
import type { Resource } from '@opentelemetry/resources';
import { describeError, describeValue } from '@trademeter/config';
import {
  type CollectedMetric,
  type CollectedScope,
  type Collection,
  type DroppedPart,
  scopesOf,
} from '../collection.ts';
import type { RequestOptions } from '../sending/delivery.ts';
import { RequestFullError } from './field-values.ts';
import { JsonWriter } from './json-writer.ts';
import { PointStore } from './kept-points.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { EnterError, type RequestLimits, type RequestWriter } from './request-writer.ts';

/** How a {@link RequestEncoder} encodes. */
export interface EncoderOptions {
  readonly format: 'protobuf' | 'json';
  /** The most data points of one request. Default: as many as fit. */
  readonly maxExportBatchSize?: number | undefined;
  /** The most bytes of one request, uncompressed. Default 4 MiB. */
  readonly maxBytes?: number | undefined;
}

/** A request that is ready to be sent. */
export interface EncodedRequest {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly dataPoints: number;
  /** To be set when the receiver has accepted it: nothing reads its bytes any more, except the next export. */
  isAccepted: boolean;
}

/** The largest message that a Collector receives over gRPC, unless it is configured otherwise. */
const defaultMaxBytes = 4 * 1024 * 1024;
const smallestCapacity = 8 * 1024;
/** How long the event loop is kept at a time. */
const sliceMillis = 2;
/** How many points are written between two looks at the clock. */
const pointsAtOnce = 64;

/**
 * RequestEncoder makes requests of a collection, a few milliseconds at a time.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#periodic-exporting-metricreader: maxExportBatchSize
 */
export class RequestEncoder {
  readonly #options: EncoderOptions;
  readonly #limits: RequestLimits;
  readonly #store = new PointStore();
  /** The requests of the last export: those of the next one are about as large, and copy from them. */
  #last: readonly EncodedRequest[] = [];
  /** Memory of the export before that. To free it would make the garbage collector run after each large export. */
  #spare: Buffer<ArrayBuffer>[] = [];

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#limits = {
      maxBytes: options.maxBytes ?? defaultMaxBytes,
      maxDataPoints: options.maxExportBatchSize ?? Number.POSITIVE_INFINITY,
    };
  }

  /**
   * The requests that carry a collection, in its order, each as full as it may be. One collection is encoded at a time,
   * and only until the signal is aborted.
   */
  async *encode(collection: Collection, { signal, onDropped }: RequestOptions): AsyncGenerator<EncodedRequest> {
    const { resource } = collection.resourceMetrics;
    const slice = new Slice();
    const requests: EncodedRequest[] = [];
    let isComplete = false;
    let writer: RequestWriter | undefined;
    try {
      for (const scope of scopesOf(collection, onDropped)) {
        for (const metric of scope.metrics) {
          let index = 0;
          while (index < metric.count) {
            if (slice.isOver) await slice.next();
            if (signal.aborted) return;
            writer ??= this.#begin(resource, requests.length, onDropped);
            const { next, isFull } = this.#write(writer, { scope, metric, index }, onDropped);
            index = next;
            if (!isFull) continue;
            yield* this.#handOver(writer, requests, slice);
            writer = undefined;
          }
        }
      }
      if (writer !== undefined && writer.points > 0) yield* this.#handOver(writer, requests, slice);
      isComplete = true;
    } finally {
      this.#store.endExport(isComplete);
      if (isComplete) {
        this.#spare = this.#last.filter(({ isAccepted }) => isAccepted).map(({ bytes }) => Buffer.from(bytes.buffer));
        this.#last = requests;
      }
    }
  }

  /**
   * Writes some points of a metric. What cannot be encoded is dropped: the point, the metric, or the metric with its
   * scope.
   *
   * @returns the index of the next point, and whether a request that has points already is full
   */
  #write(
    writer: RequestWriter,
    {
      scope,
      metric,
      index,
    }: { readonly scope: CollectedScope; readonly metric: CollectedMetric; readonly index: number },
    onDropped: RequestOptions['onDropped'],
  ): { readonly next: number; readonly isFull: boolean } {
    const { points } = writer;
    try {
      writer.enter(scope, metric);
      const most = Math.min(pointsAtOnce, metric.count - index);
      const written = writer.write(index, most);
      if (written === most) return { next: index + written, isFull: false };
      if (writer.points > 0) return { next: index + written, isFull: true };
      throw new RequestFullError();
    } catch (error) {
      const { kind, cause } = error instanceof EnterError ? error : { kind: 'data point' as const, cause: error };
      const isTooLarge = cause instanceof RequestFullError;
      if (isTooLarge && writer.points > 0) return { next: index, isFull: true };
      const reason = isTooLarge
        ? `it is larger than ${this.#limits.maxBytes} bytes`
        : `it is malformed: ${describeError(cause)}`;
      const first = index + writer.points - points;
      const next = kind === 'data point' ? first + 1 : metric.count;
      onDropped({ kind, what: describePart(kind, scope, metric), reason, dataPoints: next - first });
      return { next, isFull: false };
    }
  }

  #begin(resource: Resource, ordinal: number, onDropped: RequestOptions['onDropped']): RequestWriter {
    const bytes = this.#memoryFor(this.#last[ordinal]?.bytes.length ?? 0);
    return this.#options.format === 'json'
      ? new JsonWriter(resource, this.#limits, bytes, onDropped)
      : new ProtobufWriter(resource, this.#store, this.#limits, bytes, onDropped);
  }

  /** Spare memory of about this size, or else new memory. */
  #memoryFor(length: number): Buffer<ArrayBuffer> {
    const index = this.#spare.findIndex((each) => each.length >= length && each.length <= 2 * length);
    const [spare] = index < 0 ? [] : this.#spare.splice(index, 1);
    return spare ?? Buffer.allocUnsafeSlow(Math.max(smallestCapacity, Math.ceil(1.02 * length)));
  }

  async *#handOver(
    writer: RequestWriter,
    requests: EncodedRequest[],
    slice: Slice,
  ): AsyncGenerator<EncodedRequest, void> {
    const request = { bytes: writer.finish(), dataPoints: writer.points, isAccepted: false };
    requests.push(request);
    // To begin sending takes long, as does the end of an answer: neither shares a turn with encoding.
    await slice.next();
    yield request;
    slice.end();
  }
}

function describePart(kind: DroppedPart['kind'], { scope }: CollectedScope, { descriptor }: CollectedMetric): string {
  try {
    if (kind === 'scope') return `the scope ${describeValue(scope.name)}`;
    return `${kind === 'metric' ? 'the metric' : 'a data point of'} ${describeValue(descriptor.name)}`;
  } catch {
    // It is the name that cannot be read.
    return `a ${kind}`;
  }
}

/** A piece of work on the event loop, which ends when its time is over. */
class Slice {
  #end: number | undefined;

  get isOver(): boolean {
    return this.#end === undefined || performance.now() >= this.#end;
  }

  /** Resolves in another turn of the event loop. */
  async next(): Promise<void> {
    // After other work than encoding, an immediate comes before Node looks at timers and sockets again.
    if (this.#end === undefined) await immediate();
    await immediate();
    this.#end = performance.now() + sliceMillis;
  }

  end(): void {
    this.#end = undefined;
  }
}
