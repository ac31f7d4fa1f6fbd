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

/** Options of {@link instrumentStrategy}. The status of listed strategies exists from the start. */
export interface StrategyOptions extends InstrumentationOptions {
  /** The only strategy of the bot. {@link instrumentStrategy} then returns its handle. */
  readonly strategy?: string | undefined;
  /** Names of strategies whose status exists from the start. */
  readonly strategies?: readonly string[] | undefined;
}

/** Records the metrics of strategies. */
export interface StrategyMetrics {
  /** Returns the handle of a strategy; the same one for the same name. It starts as active. */
  strategy(name: string): Strategy;
  /** Times one pass of the main loop over all strategies, or of the only strategy. */
  readonly cycle: Timing;
}

const ratio = numberBetween(0, 1);

/**
 * Creates the metrics of strategies: signals and their confidence, the time to generate, evaluate and decide, and the
 * status.
 *
 * @returns with the option `strategy`, the handle of that strategy, which also returns the handles of others
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) if an option is invalid
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

  /** @param name empty for the main loop of the bot */
  function cycleTiming(name: string, attributes: AttributesOf<typeof tradingCycleAge>): Timing {
    return createCycleTiming(createTiming(cycle, attributes), () => cycleAge.happened(name, attributes));
  }

  function makeStrategy(name: string, isRemembered: boolean): Strategy {
    const attributes = { [ATTR_TRADING_STRATEGY_NAME]: name };
    let state: StrategyState = TRADING_STRATEGY_STATE_VALUE_ACTIVE;

    function set(next: StrategyState): void {
      state = attributeValue(tradingStrategyStatus.attributes[ATTR_TRADING_STRATEGY_STATE], next) ?? state;
      // This drops and logs an invalid state.
      status.set(next, attributes);
      // A stopped loop is not late.
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
          signals.add(1, { ...typed, [ATTR_TRADING_SYMBOL]: symbol ?? undefined });
          if (confidence === undefined || confidence === null) return;
          const figure = meter.figure(tradingSignalConfidence.name, 'the confidence', confidence);
          // Otherwise a percentage would silently count in the last bucket.
          if (figure !== undefined && meter.accepts(tradingSignalConfidence.name, 'the confidence', figure, ratio)) {
            confidences.record(figure, typed);
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
