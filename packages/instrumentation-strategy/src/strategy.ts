import type { Figure, Timing } from '@trademeter/instrumentation';
import type {
  ATTR_TRADING_SIGNAL_TYPE,
  ATTR_TRADING_STRATEGY_STATE,
  AttributesOf,
  tradingSignalGenerated,
  tradingStrategyStatus,
} from '@trademeter/semantic-conventions';
import type { DecisionTiming } from './decision-timing.ts';

/** `active`: it trades. `paused`: it does not trade for now. `stopped`: it does not run. */
export type StrategyState = AttributesOf<typeof tradingStrategyStatus>[typeof ATTR_TRADING_STRATEGY_STATE];

/** The action that a signal calls for: `buy`, `sell`, `hold`, … */
export type SignalType = AttributesOf<typeof tradingSignalGenerated>[typeof ATTR_TRADING_SIGNAL_TYPE];

/** A signal of a strategy. */
export interface Signal {
  readonly type: SignalType;
  /** The confidence, from 0 to 1. */
  readonly confidence?: Figure | null | undefined;
  /** The symbol, as the venue writes it. Default: signals count without a symbol. */
  readonly symbol?: string | null | undefined;
}

/** Records one strategy. No verb throws; only errors of timed functions reach the caller. */
export interface Strategy {
  /** The name of the strategy. */
  readonly name: string;
  /** The current state. */
  readonly state: StrategyState;
  /** Reports that the strategy trades. A strategy starts as active. */
  activate(): void;
  /** Reports that the strategy does not trade for now. */
  pause(): void;
  /** Reports that the strategy does not run any more. */
  stop(): void;
  /** Sets the state, for a strategy whose state is kept elsewhere. */
  set(state: StrategyState): void;
  /** Counts a signal, and records its confidence from 0 to 1. */
  signal(signal: Signal): void;
  /** Times the generation of a signal. */
  readonly generation: Timing;
  /** Times the way from a signal to the placed order. */
  readonly signalToOrder: Timing;
  /** Times the way from a signal to the decision on it. */
  readonly decision: DecisionTiming;
  /** Times one evaluation. */
  readonly evaluation: Timing;
  /** Times one pass of the loop of the strategy. */
  readonly cycle: Timing;
}
