import type { IMetricReader, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { PushReader } from '@trademeter/exporter-otlp';
import type { ExportMetrics } from './export-metrics.ts';
import type { ScrapeEndpoint } from './prometheus.ts';

/** Where metrics can be found, or are sent. */
export interface Endpoint {
  readonly exporter: 'prometheus' | 'otlp' | 'pushgateway';
  readonly url: string;
  /** The live page on the bot, where `@trademeter/view` is installed. */
  readonly pageUrl?: string | undefined;
}

/** One way out, made and not begun. */
export interface ConfiguredReader {
  readonly reader: IMetricReader;
  /** Where it is now; `undefined` for one that has no address, or cannot be reached. */
  readonly endpoint?: Endpoint | undefined;
  readonly scrapeEndpoint?: ScrapeEndpoint;
  /** The reader, when it pushes and is ours. */
  readonly push?: PushReader;
  /** What is recorded about its exports. */
  readonly exportMetrics?: ExportMetrics | undefined;
}

/** Makes a way out once everything is known to be right. */
export type OutputPlan = () => Promise<ConfiguredReader>;

/** What all outputs have in common. */
export interface SharedOptions {
  readonly flushTimeoutMillis: number;
  readonly metricProducers: readonly MetricProducer[];
  /** Whether a scrape endpoint serves the live page. */
  readonly showsPage: boolean;
}
