import type { Timing } from '@trademeter/instrumentation';
import type {
  ATTR_TRADING_SIGNAL_TYPE,
  ATTR_TRADING_STRATEGY_STATE,
  AttributesOf,
  tradingSignalGenerated,
  tradingStrategyStatus,
} from '@trademeter/semantic-conventions';
import type { DecisionTiming } from './decision-timing.ts';

/** `active`: it trades. `paused`: it is held for a while. `stopped`: it has ended. */
export type StrategyState = AttributesOf<typeof tradingStrategyStatus>[typeof ATTR_TRADING_STRATEGY_STATE];

/** What a signal says to do: `buy`, `sell`, `hold`, … */
export type SignalType = AttributesOf<typeof tradingSignalGenerated>[typeof ATTR_TRADING_SIGNAL_TYPE];

/** A signal that a strategy gave. */
export interface Signal {
  readonly type: SignalType;
  /** From 0 to 1. */
  readonly confidence?: number | undefined;
  /** As the venue writes it. Left out, signals are counted over all symbols. */
  readonly symbol?: string | undefined;
}

/** A strategy. No verb of it ever throws; only what a function that it times throws reaches the caller. */
export interface Strategy {
  readonly name: string;
  /** The state that is reported. */
  readonly state: StrategyState;
  /** It trades. A strategy is active from the moment that it is known. */
  activate(): void;
  /** It is held for a while. */
  pause(): void;
  /** It has ended. */
  stop(): void;
  /** For a strategy whose state is kept elsewhere: what it is now. */
  set(state: StrategyState): void;
  /** It gave a signal. */
  signal(signal: Signal): void;
  /** The time that it takes to generate a signal. */
  readonly generation: Timing;
  /** The time from a signal until the order that it led to is placed. */
  readonly signalToOrder: Timing;
  /** The time from a signal to the decision on it. */
  readonly decision: DecisionTiming;
  /** The time of one evaluation. */
  readonly evaluation: Timing;
  /** The time of one pass of its loop. */
  readonly cycle: Timing;
}
