import type { Attributes, Counter, Histogram, Meter, UpDownCounter } from '@opentelemetry/api';
import type { ExportEnd, ExportObserver } from '@trademeter/exporter-otlp';
import { errorType } from '@trademeter/instrumentation';
import type { StoreMeter } from '@trademeter/metric-store';

/** In seconds, up to the default time limit of an export. */
const boundaries = [0.01, 0.05, 0.25, 1, 5, 10, 30];

/** How metrics identify an exporter. */
export interface ExporterIdentity {
  /** Value of `otel.component.type`, a well-known one if it exists. */
  readonly type: string;
  /** Where it sends to; `undefined` if that is not a server. */
  readonly url?: string | undefined;
}

interface Instruments {
  readonly inflight: UpDownCounter;
  readonly exported: Counter;
  readonly duration: Histogram;
}

/**
 * ExportMetrics records the exports of one exporter: data points, duration in seconds, and failures. Exports before
 * {@link ExportMetrics.recordOn} are not recorded.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/
 */
export class ExportMetrics implements ExportObserver {
  readonly #identity: ExporterIdentity;
  #attributes: Attributes = {};
  #instruments: Instruments | undefined;

  constructor(identity: ExporterIdentity) {
    this.#identity = identity;
  }

  /** The component type, by which exporters of one kind are numbered. */
  get type(): string {
    return this.#identity.type;
  }

  /**
   * Starts recording to this meter.
   *
   * @param number distinguishes exporters of one type
   */
  recordOn(meter: StoreMeter, number: number): void {
    const { type, url } = this.#identity;
    this.#attributes = Object.freeze({
      'otel.component.name': `${type}/${number}`,
      'otel.component.type': type,
      ...serverAttributes(url),
    });
    const exported = meter.createCounter('otel.sdk.exporter.metric_data_point.exported', {
      unit: '{data_point}',
      description: 'Data points whose export has ended; with error.type those that were not accepted.',
    });
    exported.initialize(this.#attributes);
    this.#instruments = { ...createInstruments(meter), exported };
  }

  begin(dataPoints: number): (end: ExportEnd) => void {
    const instruments = this.#instruments;
    if (instruments === undefined) return () => {};
    const { inflight, exported, duration } = instruments;
    const attributes = this.#attributes;
    const start = performance.now();
    inflight.add(dataPoints, attributes);
    return ({ error, rejectedDataPoints = 0 }) => {
      inflight.add(-dataPoints, attributes);
      const failed = error === undefined ? undefined : { ...attributes, 'error.type': errorType(error) };
      duration.record((performance.now() - start) / 1_000, failed ?? attributes);
      if (failed !== undefined) {
        exported.add(dataPoints, failed);
        return;
      }
      const rejected = Math.min(Math.max(0, rejectedDataPoints), dataPoints);
      exported.add(dataPoints - rejected, attributes);
      if (rejected > 0) exported.add(rejected, { ...attributes, 'error.type': 'rejected' });
    };
  }

  drop(dataPoints: number): void {
    this.#instruments?.exported.add(dataPoints, { ...this.#attributes, 'error.type': 'unencodable' });
  }
}

function createInstruments(meter: Meter): Omit<Instruments, 'exported'> {
  return {
    inflight: meter.createUpDownCounter('otel.sdk.exporter.metric_data_point.inflight', {
      unit: '{data_point}',
      description: 'Data points whose export has begun and not ended.',
    }),
    duration: meter.createHistogram('otel.sdk.exporter.operation.duration', {
      unit: 's',
      description: 'Time of an export, with its retries; with error.type of one that failed.',
      advice: { explicitBucketBoundaries: boundaries },
    }),
  };
}

function serverAttributes(url: string | undefined): Attributes {
  if (url === undefined || !URL.canParse(url)) return {};
  const { hostname, port, protocol } = new URL(url);
  if (hostname === '') return {};
  const usualPort = protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : undefined;
  const number = port === '' ? usualPort : Number(port);
  return { 'server.address': hostname, ...(number !== undefined && { 'server.port': number }) };
}
