import { freePort } from '@trademeter/workspace-tools';
import { type Collector, startCollector } from '../servers/collector.ts';
import { type Prometheus, type PrometheusOptions, startPrometheus, waitForScrape } from '../servers/prometheus.ts';
import { type Books, type PaperBot, startPaperBot } from './paper-bot.ts';

/** The ways of the demo's series to Prometheus. */
export const demoWays = ['a scrape of the demo', 'OTLP through a Collector'] as const;

/** One of {@link demoWays}. */
export type DemoWay = (typeof demoWays)[number];

/** The trading demo, and two Prometheuses that get its series in different ways. */
export interface DemoInPrometheus extends AsyncDisposable {
  readonly bot: PaperBot;
  readonly prometheus: Readonly<Record<DemoWay, Prometheus>>;
  /** Waits until the demo has traded and both Prometheuses have its recordings. */
  untilTraded(): Promise<Books>;
}

/**
 * Starts everything, the demo last: 1,000 bars, in which breakers trip. Prometheus 2 scrapes the demo, and Prometheus 3
 * the Collector, once a second.
 */
export async function startDemoInPrometheus(
  options: Pick<PrometheusOptions, 'ruleFiles'> = {},
): Promise<DemoInPrometheus> {
  const port = await freePort();
  const collector: Collector = await startCollector();
  const scraping = await startPrometheus({
    ...options,
    generation: 2,
    scrape: [{ job: 'bot', url: `http://127.0.0.1:${port}/metrics` }],
  });
  // job and instance are the bot's, derived by the Collector
  const behindCollector = await startPrometheus({
    ...options,
    generation: 3,
    scrape: [{ job: 'collector', url: collector.prometheusUrl, honorLabels: true }],
  });
  await scraping.until('up', (up) => up.length > 0);
  const bot = await startPaperBot({
    port,
    args: ['--speed', '200', '--bars', '1000', '--stay'],
    env: {
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpHttpUrl,
      // Different from the scrape interval: event loop delays need five samples since the last collection of any
      // reader.
      OTEL_METRIC_EXPORT_INTERVAL: '700',
      OTEL_METRIC_EXPORT_TIMEOUT: '700',
    },
  });
  const prometheus = { 'a scrape of the demo': scraping, 'OTLP through a Collector': behindCollector };
  return {
    bot,
    prometheus,
    untilTraded: async () => {
      const books = await bot.books();
      await waitForScrape(scraping, 'bot');
      await behindCollector.until(
        'sum(trading_order_placed_total)',
        ([placed]) => placed?.value === books.ordersPlaced,
      );
      return books;
    },
    [Symbol.asyncDispose]: async () => {
      await bot.stop();
      await Promise.all([scraping.stop(), behindCollector.stop(), collector.stop()]);
    },
  };
}
