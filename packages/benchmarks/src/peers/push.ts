import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { startTelemetry } from '@trademeter/sdk';
import type { PushPeerName } from '../peer-names.ts';
import type { BenchmarkSeries } from '../series.ts';
import { recordWithApi } from './opentelemetry.ts';
import type { Peer } from './peer.ts';
import { ownMetrics, recordWithTypedInstruments } from './trademeter.ts';

/** A library that pushes OTLP on request. */
export interface PushPeer extends Pick<Peer, 'record'> {
  /** Collects and sends everything; resolves when the receiver has answered. */
  push(): Promise<void>;
}

// No push starts by itself during a measurement.
const exportIntervalMillis = 60 * 60 * 1_000;
const timeoutMillis = 60_000;

/** How each library is set up to push to a receiver. */
export const pushPeers: Readonly<
  Record<PushPeerName, (url: string, series: readonly BenchmarkSeries[]) => Promise<PushPeer>>
> = {
  async trademeter(url, series) {
    const telemetry = await startTelemetry({
      exporters: [{ type: 'otlp', url, exportIntervalMillis, timeoutMillis }],
      metrics: ownMetrics,
      flushTimeoutMillis: timeoutMillis,
    });
    return {
      record: recordWithTypedInstruments(series),
      push: async () => {
        await telemetry.flush();
      },
    };
  },
  async opentelemetry(url, series) {
    const exporter = new OTLPMetricExporter({ url, timeoutMillis });
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis,
      exportTimeoutMillis: timeoutMillis,
    });
    const views = [{ instrumentName: '*', aggregationCardinalityLimit: 1_000_000 }];
    const provider = new MeterProvider({ readers: [reader], views });
    return { record: recordWithApi(provider.getMeter('benchmark'), series), push: () => reader.forceFlush() };
  },
};
