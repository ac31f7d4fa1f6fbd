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

/** How {@link instrumentMarketData} measures. */
export interface MarketDataOptions extends InstrumentationOptions {
  /**
   * After how many failures in a row a provider counts as unavailable, until it answers. An answer such as HTTP 404 or
   * 429 is none of them. 0: only `available()` and `unavailable()` say it. Default: 3.
   */
  readonly unavailableAfterFailures?: number | undefined;
  /**
   * Whether an error that a request threw, or a `Response` that is not ok, is a refusal for too many requests.
   * Default: HTTP 429, and error classes that begin with `RateLimit` or `TooManyRequests`.
   */
  readonly isRateLimit?: ((answer: unknown) => boolean) | undefined;
  /**
   * What an error that a request threw, or a `Response` that is not ok, says of the provider: that it is `available`,
   * since it has answered; `unavailable`, which is a failure; or, by `undefined`, nothing. A refusal for too many requests
   * is an answer before this is asked. Default: {@link availabilityOf}.
   */
  readonly availabilityOf?: ((answer: unknown) => ProviderState | undefined) | undefined;
  /** How many datasets may be watched at once; further ones are dropped and told. Default: 5,000. */
  readonly maxDatasets?: number | undefined;
  /** A sentiment score nearer to 0 than this is neutral. Default: 0, so that only 0 is. */
  readonly neutralBelow?: number | undefined;
}

/** The verbs of market data. None of them ever throws; only what a given function throws reaches the caller. */
export interface MarketDataMetrics {
  /**
   * An outside API: market data, broker, news, webhook; the same one each time. Its series exist from here on:
   * available, and without a rate limit hit.
   */
  provider(name: string): Provider;
  /** Data whose age is watched from the first `received()` on. */
  dataset(key: DatasetKey): Dataset;
  /** New data has come; what {@link Dataset.received} does, in one call. */
  received(data: DatasetKey & DataReceived): void;
  /** A stream of items; the same one each time. Its series exist from here on, at 0. */
  feed(source: string): Feed;
  /** Sentiment. Its divergences exist from the first use on, at 0. */
  readonly sentiment: SentimentMetrics;
}

const wholeNumber = (minimum: number): OptionCheck => ({
  allowed: `a whole number not below ${minimum}`,
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= minimum,
});

/**
 * Measures outside providers and the data that they give: requests, rate limits and status, the age of data, feeds,
 * and sentiment.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) when an option is wrong
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
