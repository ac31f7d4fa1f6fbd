import type { Resource } from '@opentelemetry/resources';
import { describeError, describeValue } from '@trademeter/config';
import type { CollectedMetric, CollectedScope, DroppedPart } from '../collection.ts';
import { ByteWriter } from './byte-writer.ts';
import { RequestFullError } from './field-values.ts';

/** Room for what ends a request in any format. */
const closingBytes = 64;
/** Room for the point that turns out not to fit. */
const overrunBytes = 16 * 1024;

/** How large a request may be. */
export interface RequestLimits {
  readonly maxBytes: number;
  readonly maxDataPoints: number;
}

/** The scope or metric that cannot be encoded. */
export class EnterError extends Error {
  override name = 'EnterError';
  readonly kind: 'scope' | 'metric';

  constructor(kind: EnterError['kind'], cause: unknown) {
    super(`a ${kind} cannot be encoded`, { cause });
    this.kind = kind;
  }
}

/**
 * RequestWriter writes one ExportMetricsServiceRequest: points one after another, and around them the metric, scope and
 * resource that they belong to. A metric without points is not written.
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

  /** @param bytes memory to write to, of which the request may need more */
  constructor(limits: RequestLimits, bytes: Buffer<ArrayBuffer>) {
    this.#limits = limits;
    this.out = new ByteWriter(bytes, limits.maxBytes + overrunBytes);
  }

  /** How many points the request has. */
  get points(): number {
    return this.#points;
  }

  /**
   * Begins a metric, unless it is the one that was written last.
   *
   * @throws EnterError when it, or its scope, cannot be encoded, or RequestFullError as its cause when it does not fit
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
      // Of data points of another SDK.
      if ((metric.type as unknown) === undefined) throw new TypeError('its type is unknown');
      this.openMetric(metric, this.#metricsOfScope === 0);
    });
    this.#metric = metric;
  }

  /**
   * Writes points of the metric that was entered, for as long as they fit.
   *
   * @returns how many were written
   * @throws when a point cannot be encoded; the ones before it were written, and count in {@link points}
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

  /** Writes points that were written before, and returns how many; 0 when the next one has to be encoded. */
  protected copyPoints(_metric: CollectedMetric, _index: number, _most: number, _room: number): number {
    return 0;
  }

  /** Called for each point that was encoded and fits. */
  protected noteEncoded(_metric: CollectedMetric, _index: number, _start: number): void {}

  get #room(): number {
    return this.#limits.maxBytes - closingBytes - this.out.position;
  }

  /** Writes a part as a whole, or nothing of it. */
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
   * Writes the attributes of the resource that can be encoded.
   *
   * @returns how many were dropped
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

  /** Writes what belongs to the resource, or nothing of it: with more than half of a request, there is no room for points. */
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
