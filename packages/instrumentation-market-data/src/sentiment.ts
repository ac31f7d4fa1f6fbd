import {
  type BoundSum,
  createTiming,
  describeValue,
  type Figure,
  type Histogram,
  handlesByName,
  type Meter,
  numberBetween,
  type OptionCheck,
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

/** The sign of a score: `positive`, `neutral` or `negative`. */
export type SentimentPolarity = AttributesOf<typeof tradingSentimentScore>[typeof ATTR_TRADING_SENTIMENT_POLARITY];

/** A computed sentiment score. */
export interface SentimentScore {
  /** From -1 (negative) to 1 (positive). Recorded as its absolute value, by polarity. */
  readonly score: Figure;
  /** Default: from the sign of the score and the option `neutralBelow`. */
  readonly polarity?: SentimentPolarity | undefined;
  /** The providers that contributed; each counts once. */
  readonly providers?: readonly string[] | ReadonlySet<string> | undefined;
}

/** Records one provider of sentiment. No verb throws. */
export interface SentimentProvider {
  /** The name of the provider. */
  readonly name: string;
  /** Counts a contribution to a score. */
  contributed(): void;
  /** Sets the weight of the provider, from 0 to 1, until the next call. */
  weight(weight: Figure): void;
}

/**
 * Records sentiment; `time` and `start` time its calculation. No verb throws; only errors of the passed function reach
 * the caller.
 */
export interface SentimentMetrics extends Pick<Timing, 'time' | 'start'> {
  /**
   * Records the absolute value of a score from -1 to 1, by polarity, and counts the contributions of `providers`. Other
   * scores are dropped.
   */
  scored(sentiment: SentimentScore): void;
  /** Counts that sentiment and price, or two sources of sentiment, point in different directions. */
  diverged(): void;
  /** Returns the handle of a provider of sentiment; the same one for the same name. Its contributions start at 0. */
  provider(name: string): SentimentProvider;
}

interface SentimentParts {
  readonly meter: Meter;
  readonly neutralBelow: number;
  readonly scores: Histogram<typeof tradingSentimentScore>;
  readonly durations: Histogram<typeof tradingSentimentCalculationDuration>;
  readonly divergences: BoundSum;
  readonly weights: StateInstrument<typeof tradingSentimentWeight>;
  /** Creates and binds its series. */
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
        const figure = figureOf(METRIC_TRADING_SENTIMENT_WEIGHT, 'the weight', weight, weightCheck);
        if (figure !== undefined) weights.set(figure, { [ATTR_TRADING_PROVIDER_NAME]: name });
      },
    };
  });

  /** Drops, counts and logs an invalid figure. */
  function figureOf(metric: string, what: string, given: unknown, check: OptionCheck): number | undefined {
    const figure = meter.figure(metric, what, given);
    return figure !== undefined && meter.accepts(metric, what, figure, check) ? figure : undefined;
  }

  function polarityOf(score: number): SentimentPolarity {
    if (score === 0 || Math.abs(score) < neutralBelow) return 'neutral';
    return score > 0 ? 'positive' : 'negative';
  }

  return {
    scored(sentiment) {
      meter.attempt(METRIC_TRADING_SENTIMENT_SCORE, () => {
        const { polarity, providers } = sentiment;
        // Some feeds send scores from -100 to 100, which would count in the last bucket.
        const score = figureOf(METRIC_TRADING_SENTIMENT_SCORE, 'the score', sentiment.score, scoreCheck);
        if (score === undefined) return;
        scores.record(Math.abs(score), { [ATTR_TRADING_SENTIMENT_POLARITY]: polarity ?? polarityOf(score) });
        // A text would be iterated by letter.
        if (typeof providers === 'string')
          throw new TypeError(`providers must be a list, got ${describeValue(providers)}`);
        // A Set of null is empty.
        for (const each of new Set<string>(providers)) provider(each).contributed();
      });
    },
    time: (fn) => calculation.time(fn),
    start: () => calculation.start(),
    diverged: () => divergences.add(),
    provider,
  };
}
