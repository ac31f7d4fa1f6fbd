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

/** What an agent decided: `buy`, `sell`, `hold`, … */
export type DecisionAction = AttributesOf<typeof tradingAgentDecisions>[typeof ATTR_TRADING_DECISION_ACTION];

/** How {@link instrumentAgent} measures. */
export interface AgentOptions extends InstrumentationOptions {
  /** The agent's name, for all that does not name another. */
  readonly agent?: string | undefined;
  /** What each model costs. A model that is not in it has its tokens counted, and no cost; that is told once. */
  readonly prices?: TokenPrices | undefined;
}

/** An analysis that an agent made. */
export interface Analysis {
  /** As the venue writes it. */
  readonly symbol?: string | undefined;
  /** Default: that of the options. */
  readonly agent?: string | undefined;
}

/** A decision that an agent made. */
export interface AgentDecision {
  readonly action: DecisionAction;
  /** As the venue writes it. */
  readonly symbol: string;
  /** How convinced the agent is, from 0 to 1. */
  readonly conviction?: number | undefined;
  /** Default: that of the options. */
  readonly agent?: string | undefined;
}

/** The verbs of agents and models. None of them ever throws; only what a function that they run throws reaches the caller. */
export interface AgentMetrics {
  /** An agent made an analysis. */
  analysis(analysis?: Analysis): void;
  /** An agent decided. */
  decision(decision: AgentDecision): void;
  /** The operations of language models. */
  readonly llm: Llm;
  /** The inference of a prediction model of the bot's own; the same handle for the same name. */
  model(name: string): Timing;
}

const ratio = numberBetween(0, 1);

/**
 * Measures AI agents: their analyses, decisions and conviction, the language models that they ask, by OpenTelemetry's
 * GenAI conventions, with what those cost, and the inference of prediction models.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) when an option is wrong
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
        // A percentage would fall into the last bucket unseen.
        if (meter.accepts(tradingAgentConviction.name, 'the conviction', conviction, ratio)) {
          convictions.record(conviction, decided);
        }
      });
    },
    model: handlesByName('model', (name) => createTiming(inference, { [ATTR_TRADING_MODEL_NAME]: name })),
  };
}
