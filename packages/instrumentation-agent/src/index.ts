export type { RunningTimer, Timing } from '@trademeter/instrumentation';
export {
  type AgentDecision,
  type AgentMetrics,
  type AgentOptions,
  type Analysis,
  type DecisionAction,
  instrumentAgent,
} from './instrument-agent.ts';
export type {
  Llm,
  LlmCall,
  LlmOperation,
  LlmProvider,
  LlmRecord,
  LlmRequest,
  LlmRequestWithExtract,
} from './llm-call.ts';
export type { TokenPrice, TokenPrices } from './token-prices.ts';
export type { Money, TokenUsage } from './token-usage.ts';
export { tokenUsageOf } from './usage-reader.ts';
