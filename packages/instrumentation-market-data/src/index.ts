export type { RunningTimer, Timing } from '@trademeter/instrumentation';
export { availabilityOf, isRateLimit } from './answer.ts';
export type { DataReceived, Dataset, DatasetKey, DataType } from './data-ages.ts';
export type { Feed, FeedItems } from './feed.ts';
export { instrumentMarketData, type MarketDataMetrics, type MarketDataOptions } from './instrument-market-data.ts';
export type { Provider, ProviderRequest, ProviderState } from './provider.ts';
export type { SentimentMetrics, SentimentPolarity, SentimentProvider, SentimentScore } from './sentiment.ts';
