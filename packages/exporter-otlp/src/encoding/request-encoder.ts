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

/** Options of a {@link RequestEncoder}. */
export interface EncoderOptions {
  readonly format: 'protobuf' | 'json';
  /** Maximum data points of a request. Default: as many as fit. */
  readonly maxExportBatchSize?: number | undefined;
  /** Maximum bytes of a request, uncompressed. Default 4 MiB. */
  readonly maxBytes?: number | undefined;
}

/** A request that is ready to send. */
export interface EncodedRequest {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly dataPoints: number;
  /** Set by the sender when the receiver accepted it; then only the next export reads its bytes. */
  isAccepted: boolean;
}

/** The largest message that a Collector accepts over gRPC by default. */
const defaultMaxBytes = 4 * 1024 * 1024;
const smallestCapacity = 8 * 1024;
/** Milliseconds of the event loop that one slice may take. */
const sliceMillis = 2;
/** Points written between two checks of the clock. */
const pointsAtOnce = 64;

/**
 * RequestEncoder encodes a collection into requests, in slices of a few milliseconds.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#periodic-exporting-metricreader: maxExportBatchSize
 */
export class RequestEncoder {
  readonly #options: EncoderOptions;
  readonly #limits: RequestLimits;
  readonly #store = new PointStore();
  /** The requests of the last export; the next ones have about the same size and copy from them. */
  #last: readonly EncodedRequest[] = [];
  /** Memory of the export before that, reused because freeing it would trigger garbage collection after each large export. */
  #spare: Buffer<ArrayBuffer>[] = [];

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#limits = {
      maxBytes: options.maxBytes ?? defaultMaxBytes,
      maxDataPoints: options.maxExportBatchSize ?? Number.POSITIVE_INFINITY,
    };
  }

  /**
   * The requests of a collection in order, each as full as allowed. Encodes one collection at a time, until the signal is
   * aborted.
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
   * Writes points of a metric. What cannot be encoded is dropped: the point, the metric, or the metric with its scope.
   *
   * @returns the index of the next point, and whether the request is full
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

  /** Spare memory of about this size, or new memory. */
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
    // Starting to send and finishing a response take long: neither shares a turn with encoding.
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
    // The name itself cannot be read.
    return `a ${kind}`;
  }
}

/** Measures the time of a slice of work on the event loop. */
class Slice {
  #end: number | undefined;

  get isOver(): boolean {
    return this.#end === undefined || performance.now() >= this.#end;
  }

  /** Resolves in another turn of the event loop. */
  async next(): Promise<void> {
    // One immediate can still run before Node checks timers and sockets.
    if (this.#end === undefined) await immediate();
    await immediate();
    this.#end = performance.now() + sliceMillis;
  }

  end(): void {
    this.#end = undefined;
  }
}
