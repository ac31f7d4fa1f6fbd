import {
  type BoundSum,
  describeValue,
  type Histogram,
  type Meter,
  runTimed,
  type StateInstrument,
  type Timer,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_PROVIDER_NAME,
  ATTR_TRADING_SENTIMENT_POLARITY,
  type AttributesOf,
  METRIC_TRADING_SENTIMENT_CALCULATION_DURATION,
  METRIC_TRADING_SENTIMENT_SCORE,
  METRIC_TRADING_SENTIMENT_WEIGHT,
  type tradingSentimentCalculationDuration,
  type tradingSentimentScore,
  type tradingSentimentWeight,
} from '@trademeter/semantic-conventions';
import { isCallable } from './callable.ts';

/** On which side a score is. */
export type SentimentPolarity = AttributesOf<typeof tradingSentimentScore>[typeof ATTR_TRADING_SENTIMENT_POLARITY];

/** A sentiment that was computed. */
export interface SentimentScore {
  /** From -1, wholly negative, to 1, wholly positive. Recorded as its absolute value, by polarity. */
  readonly score: number;
  /** Default: by the sign of the score, and by `neutralBelow` of the options. */
  readonly polarity?: SentimentPolarity | undefined;
  /** The providers that contributed to it; each counts once. */
  readonly providers?: readonly string[] | undefined;
}

/** A provider's part in the sentiment. No verb of it ever throws. */
export interface SentimentProvider {
  readonly name: string;
  /** It contributed to a score. */
  contributed(): void;
  /** How much it weighs, from 0 to 1. Stands until it is set again. */
  weight(weight: number): void;
}

/** The verbs of sentiment. None of them ever throws; only what the given function throws reaches the caller. */
export interface SentimentMetrics {
  /** A score was computed. */
  scored(sentiment: SentimentScore): void;
  /** Calls `calculate` once, records how long it took, and hands on what it gives, sync or async. */
  time<R>(calculate: () => R): R;
  /** Starts to time a calculation that is no function: stop it when it is done. */
  start(): Timer<AttributesOf<typeof tradingSentimentCalculationDuration>>;
  /** Sentiment and price, or two sources of sentiment, point in different directions. */
  diverged(): void;
  /** A provider of sentiment; the same one each time. Its contributions exist from here on, at 0. */
  provider(name: string): SentimentProvider;
}

interface SentimentParts {
  readonly meter: Meter;
  readonly neutralBelow: number;
  readonly scores: Histogram<typeof tradingSentimentScore>;
  readonly durations: Histogram<typeof tradingSentimentCalculationDuration>;
  readonly divergences: BoundSum;
  readonly weights: StateInstrument<typeof tradingSentimentWeight>;
  /** Makes its series exist and binds them. */
  readonly contributionsOf: (provider: string) => BoundSum;
}

export function createSentiment(parts: SentimentParts): SentimentMetrics {
  const { meter, neutralBelow, scores, durations, divergences, weights, contributionsOf } = parts;
  const providers = new Map<string, SentimentProvider>();

  function provider(name: string): SentimentProvider {
    let known = providers.get(name);
    if (known === undefined) {
      const contributions = contributionsOf(name);
      known = {
        name,
        contributed: () => contributions.add(),
        weight(weight) {
          meter.attempt(METRIC_TRADING_SENTIMENT_WEIGHT, () => {
            if (!(weight >= 0 && weight <= 1)) throw rangeError('the weight', '0', weight);
            weights.set(weight, { [ATTR_TRADING_PROVIDER_NAME]: name });
          });
        },
      };
      providers.set(name, known);
    }
    return known;
  }

  function polarityOf(score: number): SentimentPolarity {
    if (score === 0 || Math.abs(score) < neutralBelow) return 'neutral';
    return score > 0 ? 'positive' : 'negative';
  }

  return {
    scored(sentiment) {
      meter.attempt(METRIC_TRADING_SENTIMENT_SCORE, () => {
        const { score, polarity, providers: contributors = [] } = sentiment;
        // Some feeds give -100 to 100: that would all end in the last bucket.
        if (!(score >= -1 && score <= 1)) throw rangeError('the score', '-1', score);
        scores.record(Math.abs(score), { [ATTR_TRADING_SENTIMENT_POLARITY]: polarity ?? polarityOf(score) });
        for (const each of new Set(contributors)) provider(each).contributed();
      });
    },
    time<R>(calculate: () => R): R {
      if (!isCallable(meter, METRIC_TRADING_SENTIMENT_CALCULATION_DURATION, calculate)) return undefined as R;
      return runTimed(durations.startTimer({}), () => calculate());
    },
    start: () => durations.startTimer({}),
    diverged: () => divergences.add(),
    provider,
  };
}

function rangeError(what: string, lowest: string, value: unknown): RangeError {
  return new RangeError(`${what} must be a number from ${lowest} to 1, got ${describeValue(value)}`);
}
