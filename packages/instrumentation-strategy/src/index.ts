export type { RunningTimer, Timing } from '@trademeter/instrumentation';
export type { DecisionAction, DecisionDuration, DecisionTimer, DecisionTiming } from './decision-timing.ts';
export { instrumentStrategy, type StrategyMetrics, type StrategyOptions } from './instrument-strategy.ts';
export type { Signal, SignalType, Strategy, StrategyState } from './strategy.ts';
