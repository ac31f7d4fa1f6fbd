import {
  anyFunction,
  createInstrumentationMeter,
  handlesByName,
  type InstrumentationOptions,
  numberBetween,
  type OptionCheck,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_FEED_RESULT,
  ATTR_TRADING_FEED_SOURCE,
  ATTR_TRADING_PROVIDER_NAME,
  ATTR_TRADING_PROVIDER_STATE,
  tradingFeedItems,
  tradingProviderRateLimitHits,
  tradingProviderRequestDuration,
  tradingProviderStatus,
  tradingSentimentCalculationDuration,
  tradingSentimentContributions,
  tradingSentimentDivergences,
  tradingSentimentScore,
  tradingSentimentWeight,
} from '@trademeter/semantic-conventions';
import { availabilityOf, isRateLimit } from './answer.ts';
import { DataAges, type DataReceived, type Dataset, type DatasetKey } from './data-ages.ts';
import { createFeed, type Feed } from './feed.ts';
import { createProvider, type Provider, type ProviderState } from './provider.ts';
import { createSentiment, type SentimentMetrics } from './sentiment.ts';
import { version } from './version.ts';

/** Options of {@link instrumentMarketData}. */
export interface MarketDataOptions extends InstrumentationOptions {
  /**
   * The number of consecutive failures after which a provider is unavailable, until its next answer. HTTP 404 or 429 is
   * an answer and not a failure. With 0, only `available()` and `unavailable()` set the state.
   *
   * @default 3
   */
  readonly unavailableAfterFailures?: number | undefined;
  /**
   * Whether an error, or a `Response` that is not ok, is a rate limit hit.
   *
   * @default the exported {@link isRateLimit}
   */
  readonly isRateLimit?: ((answer: unknown) => boolean) | undefined;
  /**
   * What an error, or a `Response` that is not ok, says about the provider: `available` (it answered), `unavailable` (a
   * failure), or `undefined` (nothing). Not called for rate limit hits, which are answers.
   *
   * @default the exported {@link availabilityOf}
   */
  readonly availabilityOf?: ((answer: unknown) => ProviderState | undefined) | undefined;
  /**
   * The maximum number of datasets. Further ones are dropped, counted and logged once.
   *
   * @default 5,000
   */
  readonly maxDatasets?: number | undefined;
  /**
   * A sentiment score closer to 0 than this is neutral.
   *
   * @default 0, so that only 0 is neutral
   */
  readonly neutralBelow?: number | undefined;
}

/**
 * Records the metrics of providers and their data. No verb throws; only errors of passed functions reach the caller.
 */
export interface MarketDataMetrics {
  /**
   * Returns the handle of a provider, which is any outside API; the same one for the same name. Its series start as
   * available, and without rate limit hits.
   */
  provider(name: string): Provider;
  /** Returns the handle of a dataset, whose age is recorded from the first `received()`. */
  dataset(key: DatasetKey): Dataset;
  /** Reports that data arrived, like {@link Dataset.received}. */
  received(data: DatasetKey & DataReceived): void;
  /** Returns the handle of a feed; the same one for the same source. Its series start at 0. */
  feed(source: string): Feed;
  /** Records sentiment. The series of divergences starts at 0 with the first use. */
  readonly sentiment: SentimentMetrics;
}

const wholeNumber = (minimum: number): OptionCheck => ({
  allowed: `a whole number not below ${minimum}`,
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= minimum,
});

/**
 * Creates the metrics of outside providers and their data: requests, rate limits and status, the age of data, feeds,
 * and sentiment.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) if an option is invalid
 * @example
 * const marketData = instrumentMarketData();
 * const polygon = marketData.provider('polygon');
 * const quote = await polygon.call('quotes', () => client.lastQuote('SPY'));
 * marketData.received({ provider: 'polygon', type: 'ticker', symbol: 'SPY', time: quote.timestamp });
 */
export function instrumentMarketData(options?: MarketDataOptions): MarketDataMetrics {
  const meter = createInstrumentationMeter({
    domain: 'market-data',
    version,
    options,
    checks: {
      unavailableAfterFailures: wholeNumber(0),
      isRateLimit: anyFunction,
      availabilityOf: anyFunction,
      maxDatasets: wholeNumber(1),
      neutralBelow: numberBetween(0, 1),
    },
  });
  const { unavailableAfterFailures = 3, maxDatasets = 5_000, neutralBelow = 0 } = options ?? {};
  const requestDurations = meter.histogram(tradingProviderRequestDuration);
  const rateLimitHits = meter.counter(tradingProviderRateLimitHits);
  const providerStatus = meter.status(tradingProviderStatus, ATTR_TRADING_PROVIDER_STATE);
  const ages = new DataAges(meter, maxDatasets);
  const feedItems = meter.counter(tradingFeedItems);
  const calculationDurations = meter.histogram(tradingSentimentCalculationDuration);
  const scores = meter.histogram(tradingSentimentScore);
  const contributions = meter.counter(tradingSentimentContributions);
  const divergences = meter.counter(tradingSentimentDivergences);
  const weights = meter.observable(tradingSentimentWeight);

  let sentiment: SentimentMetrics | undefined;

  function makeProvider(name: string): Provider {
    const attributes = { [ATTR_TRADING_PROVIDER_NAME]: name };
    rateLimitHits.initialize(attributes);
    return createProvider(name, {
      meter,
      durations: requestDurations,
      rateLimitHits: rateLimitHits.bind(attributes),
      report: (state) => providerStatus.set(state, attributes),
      isRateLimit: options?.isRateLimit ?? isRateLimit,
      availabilityOf: options?.availabilityOf ?? availabilityOf,
      unavailableAfterFailures,
    });
  }

  function makeFeed(source: string): Feed {
    const bind = (result: 'processed' | 'duplicate' | 'failed') => {
      const attributes = { [ATTR_TRADING_FEED_SOURCE]: source, [ATTR_TRADING_FEED_RESULT]: result };
      feedItems.initialize(attributes);
      return feedItems.bind(attributes);
    };
    return createFeed(source, {
      meter,
      processed: bind('processed'),
      duplicate: bind('duplicate'),
      failed: bind('failed'),
    });
  }

  function makeSentiment(): SentimentMetrics {
    divergences.initialize({});
    return createSentiment({
      meter,
      neutralBelow,
      scores,
      durations: calculationDurations,
      divergences: divergences.bind({}),
      weights,
      contributionsOf(provider) {
        const attributes = { [ATTR_TRADING_PROVIDER_NAME]: provider };
        contributions.initialize(attributes);
        return contributions.bind(attributes);
      },
    });
  }

  return {
    provider: handlesByName('provider', makeProvider),
    dataset: (key) => ({
      received: (data) => ages.received(key, data),
      remove: () => ages.remove(key),
    }),
    received: (data) => ages.received(data, data),
    feed: handlesByName('feed', makeFeed),
    get sentiment() {
      sentiment ??= makeSentiment();
      return sentiment;
    },
  };
}
