import {
  createInstrumentationMeter,
  createTiming,
  handlesByName,
  type InstrumentationOptions,
  nonEmptyString,
  numberBetween,
  type Timing,
} from '@trademeter/instrumentation';
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_TRADING_DECISION_ACTION,
  ATTR_TRADING_MODEL_NAME,
  ATTR_TRADING_SYMBOL,
  type AttributesOf,
  genAiClientOperationDuration,
  genAiClientTokenUsage,
  tradingAgentAnalyses,
  tradingAgentConviction,
  tradingAgentCost,
  tradingAgentDecisions,
  tradingModelInferenceDuration,
} from '@trademeter/semantic-conventions';
import { createLlm } from './llm.ts';
import type { Llm } from './llm-call.ts';
import { readTokenPrices, type TokenPrices } from './token-prices.ts';
import { version } from './version.ts';

/** The decision of an agent: `buy`, `sell`, `hold`, … */
export type DecisionAction = AttributesOf<typeof tradingAgentDecisions>[typeof ATTR_TRADING_DECISION_ACTION];

/** Options of {@link instrumentAgent}. */
export interface AgentOptions extends InstrumentationOptions {
  /** The name of the agent, unless a call names another. */
  readonly agent?: string | undefined;
  /**
   * Prices per million tokens, by model: `{ input, output, cachedInput?, cacheWrite?, cacheWrite1h?, currency }`.
   * Omitted cache prices are those of `input`. For a model without a price, tokens are counted without a cost; this is
   * logged once.
   */
  readonly prices?: TokenPrices | undefined;
}

/** An analysis that an agent made. */
export interface Analysis {
  /** The symbol, as the venue writes it. */
  readonly symbol?: string | undefined;
  /** Default: the option `agent`. */
  readonly agent?: string | undefined;
}

/** A decision that an agent made. */
export interface AgentDecision {
  readonly action: DecisionAction;
  /** The symbol, as the venue writes it. */
  readonly symbol: string;
  /** The conviction of the agent, from 0 to 1. */
  readonly conviction?: number | undefined;
  /** Default: the option `agent`. */
  readonly agent?: string | undefined;
}

/**
 * Records the metrics of agents and models. No verb throws; errors of functions that are passed in reach the caller.
 */
export interface AgentMetrics {
  /** Counts an analysis of an agent. */
  analysis(analysis?: Analysis): void;
  /** Counts a decision of an agent, and records its conviction from 0 to 1. */
  decision(decision: AgentDecision): void;
  /** Records operations of language models. */
  readonly llm: Llm;
  /** Times the inference of a prediction model. Returns the same handle for the same name. */
  model(name: string): Timing;
}

const ratio = numberBetween(0, 1);

/**
 * Creates the metrics of AI agents: analyses, decisions and conviction, calls of language models by OpenTelemetry's
 * GenAI conventions and their cost, and the inference of prediction models.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) if an option is invalid
 * @example
 * const agent = instrumentAgent({ agent: 'analyst', prices: { 'gpt-5': { input: 1.25, output: 10, currency: 'USD' } } });
 * const answer = await agent.llm.call({ provider: 'openai', model: 'gpt-5' }, () => openai.responses.create(request));
 * agent.decision({ action: 'buy', symbol: 'AAPL', conviction: 0.8 });
 */
export function instrumentAgent(options?: AgentOptions): AgentMetrics {
  const meter = createInstrumentationMeter({
    domain: 'agent',
    version,
    options,
    checks: {
      agent: nonEmptyString,
      prices: {
        allowed: 'an object of prices by model',
        accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      },
    },
  });
  const { agent: ownAgent } = options ?? {};
  const prices = readTokenPrices(options?.prices);
  const analyses = meter.counter(tradingAgentAnalyses);
  const decisions = meter.counter(tradingAgentDecisions);
  const convictions = meter.histogram(tradingAgentConviction);
  const inference = meter.histogram(tradingModelInferenceDuration);
  const llm = createLlm({
    meter,
    durations: meter.histogram(genAiClientOperationDuration),
    tokens: meter.histogram(genAiClientTokenUsage),
    costs: meter.counter(tradingAgentCost),
    prices,
    agent: ownAgent,
  });

  return {
    llm,
    analysis(analysis = {}) {
      meter.attempt(tradingAgentAnalyses.name, () => {
        const { symbol, agent = ownAgent } = analysis;
        analyses.add(1, { [ATTR_TRADING_SYMBOL]: symbol, [ATTR_GEN_AI_AGENT_NAME]: agent });
      });
    },
    decision(decision) {
      meter.attempt(tradingAgentDecisions.name, () => {
        const { action, symbol, conviction, agent = ownAgent } = decision;
        const decided = { [ATTR_TRADING_DECISION_ACTION]: action, [ATTR_GEN_AI_AGENT_NAME]: agent };
        decisions.add(1, { ...decided, [ATTR_TRADING_SYMBOL]: symbol });
        if (conviction === undefined) return;
        // Otherwise a percentage would silently count in the last bucket.
        if (meter.accepts(tradingAgentConviction.name, 'the conviction', conviction, ratio)) {
          convictions.record(conviction, decided);
        }
      });
    },
    model: handlesByName('model', (name) => createTiming(inference, { [ATTR_TRADING_MODEL_NAME]: name })),
  };
}
