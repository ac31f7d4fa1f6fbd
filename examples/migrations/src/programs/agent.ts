/**
 * An LLM agent: analyses, decisions with their conviction, tokens and cost of a language model, and a model of the bot itself.
 */
import { instrumentAgent } from '@trademeter/instrumentation-agent';
import { startTelemetry } from '@trademeter/sdk';
import { printMetrics } from './print-metrics.ts';

const telemetry = await startTelemetry({ serviceName: 'agent', exporters: [{ type: 'prometheus', port: 0 }] });

const model = 'claude-haiku-4-5';
const metrics = instrumentAgent({ agent: 'analyst', prices: { [model]: { input: 1, output: 5, currency: 'USD' } } });

class TradingAgent {
  async analyze(symbol: string): Promise<string> {
    metrics.analysis({ symbol });
    const message = await metrics.llm.call({ provider: 'anthropic', model }, () => askClaude(symbol));
    const conviction = metrics.model('conviction').time(() => convictionOf(message.content));
    const action = conviction >= 0.7 ? 'buy' : 'hold';
    metrics.decision({ action, symbol, conviction });
    return action;
  }
}

// In your bot: the SDK's `client.messages.create`. Tokens are read from its answer.
async function askClaude(symbol: string) {
  return { type: 'message', content: `${symbol} looks strong`, usage: { input_tokens: 420, output_tokens: 35 } };
}

function convictionOf(text: string): number {
  return text.includes('strong') ? 0.8 : 0.3;
}

const agent = new TradingAgent();
for (const symbol of ['AAPL', 'MSFT']) await agent.analyze(symbol);

// For calls that were measured elsewhere, for example in a usage log:
metrics.llm.record({
  provider: 'gcp.gemini',
  model: 'gemini-2.5-flash',
  durationSeconds: 2.3,
  inputTokens: 1500,
  outputTokens: 500,
  cost: { amount: 0.0025, currency: 'USD' },
});

await printMetrics(
  telemetry.endpoints[0]?.url,
  /^(trading_agent_(analyses|decisions|cost)|gen_ai_client_token_usage_sum).*$/gm,
);
