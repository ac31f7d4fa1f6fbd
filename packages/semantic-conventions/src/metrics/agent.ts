// Generated from model/ by `pnpm generate`. Change it there.

import type { MetricDefinition } from '../definition.ts';

/** The name of {@link tradingAgentAnalyses}. */
export const METRIC_TRADING_AGENT_ANALYSES = 'trading.agent.analyses' as const;

/**
 * Analyses of an AI agent.
 *
 * A counter, unit `{analysis}`, in Prometheus `trading_agent_analyses_total`.
 */
export const tradingAgentAnalyses = {
  name: 'trading.agent.analyses',
  instrument: 'counter',
  unit: '{analysis}',
  description: 'Analyses of an AI agent.',
  attributes: {
    'gen_ai.agent.name': { type: 'string', requirement: 'recommended' },
    'trading.symbol': { type: 'string', requirement: 'recommended' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link tradingAgentDecisions}. */
export const METRIC_TRADING_AGENT_DECISIONS = 'trading.agent.decisions' as const;

/**
 * Decisions of an AI agent, by action.
 *
 * A counter, unit `{decision}`, in Prometheus `trading_agent_decisions_total`.
 */
export const tradingAgentDecisions = {
  name: 'trading.agent.decisions',
  instrument: 'counter',
  unit: '{decision}',
  description: 'Decisions of an AI agent, by action.',
  attributes: {
    'trading.decision.action': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'hold'], open: true },
    'trading.symbol': { type: 'string', requirement: 'required' },
    'gen_ai.agent.name': { type: 'string', requirement: 'recommended' },
  },
  cardinalityLimit: 5_000,
} as const satisfies MetricDefinition;

/** The name of {@link tradingAgentConviction}. */
export const METRIC_TRADING_AGENT_CONVICTION = 'trading.agent.conviction' as const;

/**
 * Conviction of an AI agent in its decision, from 0 to 1.
 *
 * A histogram, unit `1`, in Prometheus `trading_agent_conviction`.
 */
export const tradingAgentConviction = {
  name: 'trading.agent.conviction',
  instrument: 'histogram',
  unit: '1',
  description: 'Conviction of an AI agent in its decision, from 0 to 1.',
  attributes: {
    'trading.decision.action': { type: 'string', requirement: 'required', values: ['buy', 'sell', 'hold'], open: true },
    'gen_ai.agent.name': { type: 'string', requirement: 'recommended' },
  },
  boundaries: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingAgentCost}. */
export const METRIC_TRADING_AGENT_COST = 'trading.agent.cost' as const;

/**
 * Cost of calls of language models.
 *
 * A counter, unit `{currency}`, in Prometheus `trading_agent_cost_total`.
 */
export const tradingAgentCost = {
  name: 'trading.agent.cost',
  instrument: 'counter',
  unit: '{currency}',
  description: 'Cost of calls of language models.',
  attributes: {
    'gen_ai.provider.name': {
      type: 'string',
      requirement: 'required',
      values: [
        'anthropic',
        'aws.bedrock',
        'azure.ai.inference',
        'azure.ai.openai',
        'cohere',
        'deepseek',
        'gcp.gemini',
        'gcp.gen_ai',
        'gcp.vertex_ai',
        'groq',
        'ibm.watsonx.ai',
        'mistral_ai',
        'openai',
        'perplexity',
        'x_ai',
      ],
      open: true,
    },
    'gen_ai.request.model': { type: 'string', requirement: 'required' },
    'trading.currency': { type: 'string', requirement: 'required' },
    'gen_ai.agent.name': { type: 'string', requirement: 'recommended' },
  },
} as const satisfies MetricDefinition;

/** The name of {@link genAiClientOperationDuration}. */
export const METRIC_GEN_AI_CLIENT_OPERATION_DURATION = 'gen_ai.client.operation.duration' as const;

/**
 * Time of an operation of a language model, such as a chat completion.
 *
 * A histogram, unit `s`, in Prometheus `gen_ai_client_operation_duration_seconds`.
 */
export const genAiClientOperationDuration = {
  name: 'gen_ai.client.operation.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time of an operation of a language model, such as a chat completion.',
  attributes: {
    'gen_ai.operation.name': {
      type: 'string',
      requirement: 'required',
      values: [
        'chat',
        'create_agent',
        'embeddings',
        'execute_tool',
        'generate_content',
        'invoke_agent',
        'retrieval',
        'text_completion',
      ],
      open: true,
    },
    'gen_ai.provider.name': {
      type: 'string',
      requirement: 'required',
      values: [
        'anthropic',
        'aws.bedrock',
        'azure.ai.inference',
        'azure.ai.openai',
        'cohere',
        'deepseek',
        'gcp.gemini',
        'gcp.gen_ai',
        'gcp.vertex_ai',
        'groq',
        'ibm.watsonx.ai',
        'mistral_ai',
        'openai',
        'perplexity',
        'x_ai',
      ],
      open: true,
    },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
    'gen_ai.request.model': { type: 'string', requirement: 'conditionally_required' },
    'server.port': { type: 'int', requirement: 'conditionally_required' },
    'gen_ai.response.model': { type: 'string', requirement: 'recommended' },
    'server.address': { type: 'string', requirement: 'recommended' },
  },
  boundaries: [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.5, 0.64, 1, 1.28, 2, 2.56, 5, 5.12, 10, 10.24, 20.48, 30, 40.96, 60, 81.92,
  ],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link genAiClientTokenUsage}. */
export const METRIC_GEN_AI_CLIENT_TOKEN_USAGE = 'gen_ai.client.token.usage' as const;

/**
 * Tokens that an operation of a language model used, by direction.
 *
 * A histogram, unit `{token}`, in Prometheus `gen_ai_client_token_usage`.
 */
export const genAiClientTokenUsage = {
  name: 'gen_ai.client.token.usage',
  instrument: 'histogram',
  unit: '{token}',
  description: 'Tokens that an operation of a language model used, by direction.',
  attributes: {
    'gen_ai.operation.name': {
      type: 'string',
      requirement: 'required',
      values: [
        'chat',
        'create_agent',
        'embeddings',
        'execute_tool',
        'generate_content',
        'invoke_agent',
        'retrieval',
        'text_completion',
      ],
      open: true,
    },
    'gen_ai.provider.name': {
      type: 'string',
      requirement: 'required',
      values: [
        'anthropic',
        'aws.bedrock',
        'azure.ai.inference',
        'azure.ai.openai',
        'cohere',
        'deepseek',
        'gcp.gemini',
        'gcp.gen_ai',
        'gcp.vertex_ai',
        'groq',
        'ibm.watsonx.ai',
        'mistral_ai',
        'openai',
        'perplexity',
        'x_ai',
      ],
      open: true,
    },
    'gen_ai.token.type': { type: 'string', requirement: 'required', values: ['input', 'output'] },
    'gen_ai.request.model': { type: 'string', requirement: 'conditionally_required' },
    'server.port': { type: 'int', requirement: 'conditionally_required' },
    'gen_ai.response.model': { type: 'string', requirement: 'recommended' },
    'server.address': { type: 'string', requirement: 'recommended' },
  },
  boundaries: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** The name of {@link tradingModelInferenceDuration}. */
export const METRIC_TRADING_MODEL_INFERENCE_DURATION = 'trading.model.inference.duration' as const;

/**
 * Time of one inference of a prediction model.
 *
 * A histogram, unit `s`, in Prometheus `trading_model_inference_duration_seconds`.
 */
export const tradingModelInferenceDuration = {
  name: 'trading.model.inference.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Time of one inference of a prediction model.',
  attributes: {
    'trading.model.name': { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required', values: ['_OTHER'], open: true },
  },
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  cardinalityLimit: 500,
} as const satisfies MetricDefinition;

/** AI agents and models: every metric of the domain. */
export const agentMetrics: readonly MetricDefinition[] = [
  tradingAgentAnalyses,
  tradingAgentDecisions,
  tradingAgentConviction,
  tradingAgentCost,
  genAiClientOperationDuration,
  genAiClientTokenUsage,
  tradingModelInferenceDuration,
];
