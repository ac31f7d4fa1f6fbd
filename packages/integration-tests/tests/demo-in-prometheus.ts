import { freePort } from '@trademeter/test-support/free-port';
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
  /**
   * Waits until the demo has traded and both Prometheuses have all that it has recorded.
   *
   * @returns its books, and a time at which queries see that, in seconds since 1970
   */
  untilTraded(): Promise<{ readonly books: Books; readonly time: number }>;
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
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    },
  });
  const prometheus = { 'a scrape of the demo': scraping, 'OTLP through a Collector': behindCollector };
  return {
    bot,
    prometheus,
    untilTraded: async () => {
      const books = await bot.books();
      // what is pushed after this scrape has everything too
      const uptime = 'process_uptime_seconds';
      const scraped = await scraping.value(uptime, await waitForScrape(scraping, 'bot'));
      await behindCollector.until(uptime, ([pushed]) => pushed !== undefined && pushed.value > scraped);
      return { books, time: await waitForScrape(scraping, 'bot') };
    },
    [Symbol.asyncDispose]: async () => {
      await bot.stop();
      await Promise.all([scraping.stop(), behindCollector.stop(), collector.stop()]);
    },
  };
}
