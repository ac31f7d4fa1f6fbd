import type { Strategy } from '@trademeter/instrumentation-strategy';
import type { Features } from './features.ts';

/** The strategy's decision. */
export interface Signal {
  readonly action: 'buy' | 'sell' | 'hold';
  /** From 0 to 1. */
  readonly confidence: number;
}

/** Long while the 20-day average close is above the 50-day one, otherwise flat. */
export class MomentumStrategy {
  readonly #metrics: Strategy;
  readonly #features: Features;

  constructor(metrics: Strategy, features: Features) {
    this.#metrics = metrics;
    this.#features = features;
  }

  /** @param isLong whether a position is open */
  evaluate(symbol: string, isLong: boolean): Signal {
    return this.#metrics.evaluation.time(() => {
      const trend = this.#metrics.generation.time(() => this.#features.trend());
      // In this market the averages rarely differ by more than 5 %.
      const confidence = Math.min(1, Math.abs(trend) / 0.05);
      const action = trend > 0 && !isLong ? 'buy' : trend < 0 && isLong ? 'sell' : 'hold';
      this.#metrics.signal({ type: action, confidence, symbol });
      return { action, confidence };
    });
  }
}
