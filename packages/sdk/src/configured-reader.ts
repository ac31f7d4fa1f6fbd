import type { IMetricReader, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { PushReader } from '@trademeter/exporter-otlp';
import type { ExportMetrics } from './export-metrics.ts';
import type { ScrapeEndpoint } from './prometheus.ts';

/** Endpoint is where metrics are served or sent. */
export interface Endpoint {
  readonly exporter: 'prometheus' | 'otlp' | 'pushgateway';
  readonly url: string;
  /** The live page; only if `@trademeter/view` is installed. */
  readonly pageUrl?: string | undefined;
}

/** A reader that was created but not started. */
export interface ConfiguredReader {
  readonly reader: IMetricReader;
  /** Its current address; `undefined` if it has none or cannot be reached. */
  readonly endpoint?: Endpoint | undefined;
  readonly scrapeEndpoint?: ScrapeEndpoint;
  /** The reader, if it is our own push reader. */
  readonly push?: PushReader;
  /** Records its exports. */
  readonly exportMetrics?: ExportMetrics | undefined;
}

/** Creates a reader, after all settings were checked. */
export type OutputPlan = () => Promise<ConfiguredReader>;

/** Options that all outputs share. */
export interface SharedOptions {
  readonly flushTimeoutMillis: number;
  readonly metricProducers: readonly MetricProducer[];
  /** Whether a scrape endpoint serves the live page. */
  readonly showsPage: boolean;
}
