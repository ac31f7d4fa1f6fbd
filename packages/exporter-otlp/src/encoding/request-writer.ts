import type { Resource } from '@opentelemetry/resources';
import { describeError, describeValue } from '@trademeter/config';
import type { CollectedMetric, CollectedScope, DroppedPart } from '../collection.ts';
import { ByteWriter } from './byte-writer.ts';
import { RequestFullError } from './field-values.ts';

/** Bytes reserved for the end of a request in any format. */
const closingBytes = 64;
/** Bytes reserved for a point that turns out not to fit. */
const overrunBytes = 16 * 1024;

/** The size limits of a request. */
export interface RequestLimits {
  readonly maxBytes: number;
  readonly maxDataPoints: number;
}

/** EnterError reports a scope or metric that cannot be encoded. */
export class EnterError extends Error {
  override name = 'EnterError';
  readonly kind: 'scope' | 'metric';

  constructor(kind: EnterError['kind'], cause: unknown) {
    super(`a ${kind} cannot be encoded`, { cause });
    this.kind = kind;
  }
}

/**
 * RequestWriter writes one ExportMetricsServiceRequest: points, and around them their metric, scope and resource. A metric
 * without points is not written.
 */
export abstract class RequestWriter {
  protected readonly out: ByteWriter;
  readonly #limits: RequestLimits;
  #scope: CollectedScope | undefined;
  #scopeStart = 0;
  #scopes = 0;
  #metric: CollectedMetric | undefined;
  #metricStart = 0;
  #metricsOfScope = 0;
  #pointsOfMetric = 0;
  #points = 0;

  /** @param bytes the memory to write to; it grows if needed */
  constructor(limits: RequestLimits, bytes: Buffer<ArrayBuffer>) {
    this.#limits = limits;
    this.out = new ByteWriter(bytes, limits.maxBytes + overrunBytes);
  }

  /** The number of points in the request. */
  get points(): number {
    return this.#points;
  }

  /**
   * Begins a metric, unless it is already the current one.
   *
   * @throws EnterError if the metric or its scope cannot be encoded; its cause is a RequestFullError if it does not fit
   */
  enter(scope: CollectedScope, metric: CollectedMetric): void {
    if (this.#metric === metric) return;
    this.#leaveMetric();
    if (this.#scope !== scope) {
      this.#leaveScope();
      this.#scopeStart = this.out.position;
      this.#attempt('scope', () => this.openScope(scope, this.#scopes === 0));
      this.#scope = scope;
    }
    this.#metricStart = this.out.position;
    this.#attempt('metric', () => {
      // Data points of another SDK.
      if ((metric.type as unknown) === undefined) throw new TypeError('its type is unknown');
      this.openMetric(metric, this.#metricsOfScope === 0);
    });
    this.#metric = metric;
  }

  /**
   * Writes points of the current metric while they fit.
   *
   * @returns the number of points written
   * @throws if a point cannot be encoded; the points before it were written and counted in {@link points}
   */
  write(index: number, most: number): number {
    const metric = this.#metric as CollectedMetric;
    const end = index + Math.min(most, this.#limits.maxDataPoints - this.#points);
    let next = index;
    while (next < end) {
      const written = this.copyPoints(metric, next, end - next, this.#room) || this.#writePoint(metric, next);
      if (written === 0) break;
      next += written;
      this.#pointsOfMetric += written;
      this.#points += written;
    }
    return next - index;
  }

  /** Ends the request and returns its bytes. */
  finish(): Buffer<ArrayBuffer> {
    this.#leaveMetric();
    this.#leaveScope();
    this.closeRequest();
    return this.out.bytes.subarray(0, this.out.position);
  }

  protected abstract openScope(scope: CollectedScope, isFirst: boolean): void;
  protected abstract closeScope(): void;
  protected abstract openMetric(metric: CollectedMetric, isFirst: boolean): void;
  protected abstract closeMetric(): void;
  protected abstract closeRequest(): void;
  protected abstract encodePoint(metric: CollectedMetric, index: number, isFirst: boolean): void;

  /** Copies points of the previous export and returns their number; 0 if the next point must be encoded. */
  protected copyPoints(_metric: CollectedMetric, _index: number, _most: number, _room: number): number {
    return 0;
  }

  /** Called for each point that was encoded and fits. */
  protected noteEncoded(_metric: CollectedMetric, _index: number, _start: number): void {}

  get #room(): number {
    return this.#limits.maxBytes - closingBytes - this.out.position;
  }

  /** Writes a part completely or not at all. */
  #attempt(kind: EnterError['kind'], write: () => void): void {
    const start = this.out.position;
    try {
      write();
    } catch (error) {
      this.out.position = start;
      throw new EnterError(kind, error);
    }
  }

  /**
   * Writes the resource attributes that can be encoded.
   *
   * @returns the number of dropped attributes
   */
  protected writeResourceAttributes(
    resource: Resource,
    onDropped: (part: DroppedPart) => void,
    write: (key: string, value: unknown, isFirst: boolean) => void,
  ): number {
    let written = 0;
    let dropped = 0;
    this.writeOfResource('the attributes of the resource', onDropped, () => {
      const { attributes } = resource;
      for (const key of Object.keys(attributes ?? {})) {
        const isWritten = this.writeOfResource(`the resource attribute ${describeValue(key)}`, onDropped, () =>
          write(key, attributes[key], written === 0),
        );
        if (isWritten) written += 1;
        else dropped += 1;
      }
    });
    return dropped;
  }

  /** Writes a part of the resource, or nothing if it needs more than half of a request, which leaves no room for points. */
  protected writeOfResource(what: string, onDropped: (part: DroppedPart) => void, write: () => void): boolean {
    const start = this.out.position;
    try {
      write();
      if (this.out.position > start && 2 * this.out.position > this.#limits.maxBytes) throw new RequestFullError();
      return true;
    } catch (error) {
      this.out.position = start;
      const reason =
        error instanceof RequestFullError
          ? 'with it the resource takes more than half of a request'
          : `it is malformed: ${describeError(error)}`;
      onDropped({ kind: 'resource', what, reason, dataPoints: 0 });
      return false;
    }
  }

  #writePoint(metric: CollectedMetric, index: number): number {
    const start = this.out.position;
    try {
      this.encodePoint(metric, index, this.#pointsOfMetric === 0);
      if (this.#room >= 0) {
        this.noteEncoded(metric, index, start);
        return 1;
      }
    } catch (error) {
      this.out.position = start;
      if (error instanceof RequestFullError) return 0;
      throw error;
    }
    this.out.position = start;
    return 0;
  }

  #leaveMetric(): void {
    if (this.#metric === undefined) return;
    if (this.#pointsOfMetric === 0) this.out.position = this.#metricStart;
    else {
      this.closeMetric();
      this.#metricsOfScope += 1;
    }
    this.#metric = undefined;
    this.#pointsOfMetric = 0;
  }

  #leaveScope(): void {
    if (this.#scope === undefined) return;
    if (this.#metricsOfScope === 0) this.out.position = this.#scopeStart;
    else {
      this.closeScope();
      this.#scopes += 1;
    }
    this.#scope = undefined;
    this.#metricsOfScope = 0;
  }
}
