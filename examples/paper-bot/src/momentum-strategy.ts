import type { Strategy } from '@trademeter/instrumentation-strategy';
import type { Features } from './features.ts';

/** What the strategy wants. */
export interface Signal {
  readonly action: 'buy' | 'sell' | 'hold';
  /** From 0 to 1. */
  readonly confidence: number;
}

/** Long while the average close of 20 days is above that of 50, out of the market otherwise. */
export class MomentumStrategy {
  readonly #metrics: Strategy;
  readonly #features: Features;

  constructor(metrics: Strategy, features: Features) {
    this.#metrics = metrics;
    this.#features = features;
  }

  /** @param isLong whether the position is open already */
  evaluate(symbol: string, isLong: boolean): Signal {
    return this.#metrics.evaluation.time(() => {
      const trend = this.#metrics.generation.time(() => this.#features.trend());
      // A trend of 5% between the averages is as strong as this market's get.
      const confidence = Math.min(1, Math.abs(trend) / 0.05);
      const action = trend > 0 && !isLong ? 'buy' : trend < 0 && isLong ? 'sell' : 'hold';
      this.#metrics.signal({ type: action, confidence, symbol });
      return { action, confidence };
    });
  }
}
