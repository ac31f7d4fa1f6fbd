import {
  type BoundSum,
  createTiming,
  describeValue,
  type Histogram,
  handlesByName,
  type Meter,
  numberBetween,
  type StateInstrument,
  type Timing,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_PROVIDER_NAME,
  ATTR_TRADING_SENTIMENT_POLARITY,
  type AttributesOf,
  METRIC_TRADING_SENTIMENT_SCORE,
  METRIC_TRADING_SENTIMENT_WEIGHT,
  type tradingSentimentCalculationDuration,
  type tradingSentimentScore,
  type tradingSentimentWeight,
} from '@trademeter/semantic-conventions';

/** On which side a score is. */
export type SentimentPolarity = AttributesOf<typeof tradingSentimentScore>[typeof ATTR_TRADING_SENTIMENT_POLARITY];

/** A sentiment that was computed. */
export interface SentimentScore {
  /** From -1, wholly negative, to 1, wholly positive. Recorded as its absolute value, by polarity. */
  readonly score: number;
  /** Default: by the sign of the score, and by `neutralBelow` of the options. */
  readonly polarity?: SentimentPolarity | undefined;
  /** The providers that contributed to it; each counts once. */
  readonly providers?: readonly string[] | ReadonlySet<string> | undefined;
}

/** A provider's part in the sentiment. No verb of it ever throws. */
export interface SentimentProvider {
  readonly name: string;
  /** It contributed to a score. */
  contributed(): void;
  /** How much it weighs, from 0 to 1. Stands until it is set again. */
  weight(weight: number): void;
}

/** The verbs of sentiment; `time` and `start` measure its calculation. None of them ever throws; only what the given function throws reaches the caller. */
export interface SentimentMetrics extends Pick<Timing, 'time' | 'start'> {
  /** A score was computed. */
  scored(sentiment: SentimentScore): void;
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

const scoreCheck = numberBetween(-1, 1);
const weightCheck = numberBetween(0, 1);

export function createSentiment(parts: SentimentParts): SentimentMetrics {
  const { meter, neutralBelow, scores, durations, divergences, weights, contributionsOf } = parts;
  const calculation = createTiming(durations, {});

  const provider = handlesByName('provider of sentiment', (name): SentimentProvider => {
    const contributions = contributionsOf(name);
    return {
      name,
      contributed: () => contributions.add(),
      weight(weight) {
        if (meter.accepts(METRIC_TRADING_SENTIMENT_WEIGHT, 'the weight', weight, weightCheck)) {
          weights.set(weight, { [ATTR_TRADING_PROVIDER_NAME]: name });
        }
      },
    };
  });

  function polarityOf(score: number): SentimentPolarity {
    if (score === 0 || Math.abs(score) < neutralBelow) return 'neutral';
    return score > 0 ? 'positive' : 'negative';
  }

  return {
    scored(sentiment) {
      meter.attempt(METRIC_TRADING_SENTIMENT_SCORE, () => {
        const { score, polarity, providers } = sentiment;
        // Some feeds give -100 to 100: that would all end in the last bucket.
        if (!meter.accepts(METRIC_TRADING_SENTIMENT_SCORE, 'the score', score, scoreCheck)) return;
        scores.record(Math.abs(score), { [ATTR_TRADING_SENTIMENT_POLARITY]: polarity ?? polarityOf(score) });
        // A text is a list too, of its letters.
        if (typeof providers === 'string')
          throw new TypeError(`providers must be a list, got ${describeValue(providers)}`);
        // Of null it is empty.
        for (const each of new Set<string>(providers)) provider(each).contributed();
      });
    },
    time: (fn) => calculation.time(fn),
    start: () => calculation.start(),
    diverged: () => divergences.add(),
    provider,
  };
}
