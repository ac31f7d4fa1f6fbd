import {
  attributeValue,
  createInstrumentationMeter,
  createTiming,
  handlesByName,
  type InstrumentationOptions,
  listOf,
  nonEmptyString,
  numberBetween,
  type Timing,
} from '@trademeter/instrumentation';
import {
  ATTR_TRADING_SIGNAL_TYPE,
  ATTR_TRADING_STRATEGY_NAME,
  ATTR_TRADING_STRATEGY_STATE,
  ATTR_TRADING_SYMBOL,
  type AttributesOf,
  METRIC_TRADING_SIGNAL_GENERATED,
  TRADING_STRATEGY_STATE_VALUE_ACTIVE,
  TRADING_STRATEGY_STATE_VALUE_PAUSED,
  TRADING_STRATEGY_STATE_VALUE_STOPPED,
  tradingCycleAge,
  tradingCycleDuration,
  tradingDecisionDuration,
  tradingSignalConfidence,
  tradingSignalGenerated,
  tradingSignalGenerationDuration,
  tradingSignalOrderDuration,
  tradingStrategyEvaluationDuration,
  tradingStrategyStatus,
} from '@trademeter/semantic-conventions';
import { createCycleTiming } from './cycle-timing.ts';
import { createDecisionTiming } from './decision-timing.ts';
import type { Strategy, StrategyState } from './strategy.ts';
import { version } from './version.ts';

/** How {@link instrumentStrategy} measures. What is named here has its status from the start. */
export interface StrategyOptions extends InstrumentationOptions {
  /** The bot's one strategy: what {@link instrumentStrategy} returns is then its handle. */
  readonly strategy?: string | undefined;
  /** The names of the strategies that are known beforehand. */
  readonly strategies?: readonly string[] | undefined;
}

/** The strategies of a bot. */
export interface StrategyMetrics {
  /** The strategy of this name; the same handle each time. It has a status from here on, and is active. */
  strategy(name: string): Strategy;
  /** The time of one pass of the bot's loop over all its strategies; of the one strategy, when there is one. */
  readonly cycle: Timing;
}

const ratio = numberBetween(0, 1);

/**
 * Measures strategies: their signals and confidence, how long they take to generate, evaluate and decide, and whether
 * they are active.
 *
 * @returns with the option `strategy`, that strategy's handle, from which others can be had
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) when an option is wrong
 * @example
 * const momentum = instrumentStrategy({ strategy: 'momentum' });
 * const signal = momentum.evaluation.time(() => evaluate(bars));
 * momentum.signal({ type: 'buy', confidence: 0.8, symbol: 'AAPL' });
 */
export function instrumentStrategy(
  options: StrategyOptions & { readonly strategy: string },
): StrategyMetrics & Strategy;
export function instrumentStrategy(options?: StrategyOptions): StrategyMetrics;
export function instrumentStrategy(options?: StrategyOptions): StrategyMetrics {
  const meter = createInstrumentationMeter({
    domain: 'strategy',
    version,
    options,
    checks: {
      strategy: nonEmptyString,
      strategies: listOf(nonEmptyString, 'non-empty strings'),
    },
  });
  const { strategy: own, strategies = [] } = options ?? {};
  const status = meter.status(tradingStrategyStatus, ATTR_TRADING_STRATEGY_STATE);
  const signals = meter.counter(tradingSignalGenerated);
  const confidences = meter.histogram(tradingSignalConfidence);
  const generation = meter.histogram(tradingSignalGenerationDuration);
  const signalToOrder = meter.histogram(tradingSignalOrderDuration);
  const decision = meter.histogram(tradingDecisionDuration);
  const evaluation = meter.histogram(tradingStrategyEvaluationDuration);
  const cycle = meter.histogram(tradingCycleDuration);
  const cycleAge = meter.age(tradingCycleAge);

  /** @param name empty for the bot's own loop */
  function cycleTiming(name: string, attributes: AttributesOf<typeof tradingCycleAge>): Timing {
    return createCycleTiming(createTiming(cycle, attributes), () => cycleAge.happened(name, attributes));
  }

  function makeStrategy(name: string, isRemembered: boolean): Strategy {
    const attributes = { [ATTR_TRADING_STRATEGY_NAME]: name };
    let state: StrategyState = TRADING_STRATEGY_STATE_VALUE_ACTIVE;

    function set(next: StrategyState): void {
      state = attributeValue(tradingStrategyStatus.attributes[ATTR_TRADING_STRATEGY_STATE], next) ?? state;
      // What is no state is dropped and told here.
      status.set(next, attributes);
      // A loop that has stopped is not late.
      if (state === TRADING_STRATEGY_STATE_VALUE_STOPPED) cycleAge.end(name);
    }

    status.set(state, attributes);
    return {
      name,
      get state() {
        return state;
      },
      activate: () => set(TRADING_STRATEGY_STATE_VALUE_ACTIVE),
      pause: () => set(TRADING_STRATEGY_STATE_VALUE_PAUSED),
      stop: () => set(TRADING_STRATEGY_STATE_VALUE_STOPPED),
      set,
      signal(signal) {
        meter.attempt(METRIC_TRADING_SIGNAL_GENERATED, () => {
          const { type, confidence, symbol } = signal;
          const typed = { ...attributes, [ATTR_TRADING_SIGNAL_TYPE]: type };
          signals.add(1, { ...typed, [ATTR_TRADING_SYMBOL]: symbol });
          if (confidence === undefined) return;
          // A percentage would fall into the last bucket unseen.
          if (meter.accepts(tradingSignalConfidence.name, 'the confidence', confidence, ratio)) {
            confidences.record(confidence, typed);
          }
        });
      },
      generation: createTiming(generation, attributes),
      signalToOrder: createTiming(signalToOrder, attributes),
      decision: createDecisionTiming(meter, decision, name),
      evaluation: createTiming(evaluation, attributes),
      cycle: isRemembered ? cycleTiming(name, attributes) : createTiming(cycle, attributes),
    };
  }

  const strategy = handlesByName('strategy', makeStrategy);
  for (const name of strategies) strategy(name);
  if (own === undefined) return { strategy, cycle: cycleTiming('', {}) };
  return Object.assign(strategy(own), { strategy });
}
