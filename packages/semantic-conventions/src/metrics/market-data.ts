// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from '../definition.ts';

/** The name of {@link tradingProviderRequestDuration}. */
export const METRIC_TRADING_PROVIDER_REQUEST_DURATION = 'trading.provider.request.duration' as const;

/**
 * Time of a request to an outside provider.
 *
 * A histogram, unit `s`, in Prometheus `trading_provider_request_duration_seconds`.
 */
export const tradingProviderRequestDuration = {
  name: 'trading.provider.request.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time of a request to an outside provider.',
  attributes: {
    'trading.provider.name': { type: 'string', requirement: 'required' },
    'trading.provider.operation': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  cardinalityLimit: 1_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingProviderRateLimitHits}. */
export const METRIC_TRADING_PROVIDER_RATE_LIMIT_HITS = 'trading.provider.rate_limit.hits' as const;

/**
 * Requests that a provider rejected because of a rate limit.
 *
 * A counter, unit `{hit}`, in Prometheus `trading_provider_rate_limit_hits_total`.
 */
export const tradingProviderRateLimitHits = {
  name: 'trading.provider.rate_limit.hits',
  instrument: 'counter',
  unit: '{hit}',
  description: 'Requests that a provider rejected because of a rate limit.',
  attributes: { 'trading.provider.name': { type: 'string', requirement: 'required' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingProviderStatus}. */
export const METRIC_TRADING_PROVIDER_STATUS = 'trading.provider.status' as const;

/**
 * Whether a provider is in this state (1) or not (0). One series for each state: 1 for the current state, 0 for the
 * others.
 *
 * An updowncounter, unit `{provider}`, in Prometheus `trading_provider_status`.
 */
export const tradingProviderStatus = {
  name: 'trading.provider.status',
  instrument: 'updowncounter',
  unit: '{provider}',
  description: 'Whether a provider is in this state (1) or not (0).',
  attributes: {
    'trading.provider.name': { type: 'string', requirement: 'required' },
    'trading.provider.state': { type: 'string', requirement: 'required', values: ['available', 'unavailable'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingDataAge}. */
export const METRIC_TRADING_DATA_AGE = 'trading.data.age' as const;

/**
 * Time since the newest data of this type arrived. Computed at collection, so that it grows while no data arrives.
 *
 * A gauge, unit `s`, in Prometheus `trading_data_age_seconds`.
 */
export const tradingDataAge = {
  name: 'trading.data.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Time since the newest data of this type arrived.',
  attributes: {
    'trading.provider.name': { type: 'string', requirement: 'required' },
    'trading.data.type': {
      type: 'string',
      requirement: 'required',
      values: ['ticker', 'ohlcv', 'order_book', 'trades', 'news', 'sentiment', 'options_flow'],
      open: true,
    },
    'trading.symbol': { type: 'string', requirement: 'recommended' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingFeedItems}. */
export const METRIC_TRADING_FEED_ITEMS = 'trading.feed.items' as const;

/**
 * Items of a feed, by result.
 *
 * A counter, unit `{item}`, in Prometheus `trading_feed_items_total`.
 */
export const tradingFeedItems = {
  name: 'trading.feed.items',
  instrument: 'counter',
  unit: '{item}',
  description: 'Items of a feed, by result.',
  attributes: {
    'trading.feed.source': { type: 'string', requirement: 'required' },
    'trading.feed.result': { type: 'string', requirement: 'required', values: ['processed', 'duplicate', 'failed'] },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingSentimentCalculationDuration}. */
export const METRIC_TRADING_SENTIMENT_CALCULATION_DURATION = 'trading.sentiment.calculation.duration' as const;

/**
 * Time to calculate a sentiment score.
 *
 * A histogram, unit `s`, in Prometheus `trading_sentiment_calculation_duration_seconds`.
 */
export const tradingSentimentCalculationDuration = {
  name: 'trading.sentiment.calculation.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time to calculate a sentiment score.',
  attributes: {
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingSentimentScore}. */
export const METRIC_TRADING_SENTIMENT_SCORE = 'trading.sentiment.score' as const;

/**
 * Sentiment scores as absolute values, from 0 to 1; the polarity is the sign.
 *
 * A histogram, unit `1`, in Prometheus `trading_sentiment_score`.
 */
export const tradingSentimentScore = {
  name: 'trading.sentiment.score',
  instrument: 'histogram',
  unit: '1',
  description: 'Sentiment scores as absolute values, from 0 to 1; the polarity is the sign.',
  attributes: {
    'trading.sentiment.polarity': {
      type: 'string',
      requirement: 'required',
      values: ['positive', 'neutral', 'negative'],
    },
  },
  boundaries: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingSentimentContributions}. */
export const METRIC_TRADING_SENTIMENT_CONTRIBUTIONS = 'trading.sentiment.contributions' as const;

/**
 * Sentiment scores to which a provider contributed.
 *
 * A counter, unit `{contribution}`, in Prometheus `trading_sentiment_contributions_total`.
 */
export const tradingSentimentContributions = {
  name: 'trading.sentiment.contributions',
  instrument: 'counter',
  unit: '{contribution}',
  description: 'Sentiment scores to which a provider contributed.',
  attributes: { 'trading.provider.name': { type: 'string', requirement: 'required' } },
} as const satisfies MetricDefinition;

/** The name of {@link tradingSentimentDivergences}. */
export const METRIC_TRADING_SENTIMENT_DIVERGENCES = 'trading.sentiment.divergences' as const;

/**
 * Times that sentiment and price, or two sources of sentiment, pointed in different directions.
 *
 * A counter, unit `{divergence}`, in Prometheus `trading_sentiment_divergences_total`.
 */
export const tradingSentimentDivergences = {
  name: 'trading.sentiment.divergences',
  instrument: 'counter',
  unit: '{divergence}',
  description: 'Times that sentiment and price, or two sources of sentiment, pointed in different directions.',
  attributes: {},
} as const satisfies MetricDefinition;

/** The name of {@link tradingSentimentWeight}. */
export const METRIC_TRADING_SENTIMENT_WEIGHT = 'trading.sentiment.weight' as const;

/**
 * Weight of a provider in the sentiment score, from 0 to 1.
 *
 * A gauge, unit `1`, in Prometheus `trading_sentiment_weight_ratio`.
 */
export const tradingSentimentWeight = {
  name: 'trading.sentiment.weight',
  instrument: 'gauge',
  unit: '1',
  description: 'Weight of a provider in the sentiment score, from 0 to 1.',
  attributes: { 'trading.provider.name': { type: 'string', requirement: 'required' } },
} as const satisfies MetricDefinition;

/** Providers, market data and sentiment: every metric of the domain. */
export const marketDataMetrics: readonly MetricDefinition[] = [
  tradingProviderRequestDuration,
  tradingProviderRateLimitHits,
  tradingProviderStatus,
  tradingDataAge,
  tradingFeedItems,
  tradingSentimentCalculationDuration,
  tradingSentimentScore,
  tradingSentimentContributions,
  tradingSentimentDivergences,
  tradingSentimentWeight,
];
