import type { AgentMetrics } from '@trademeter/instrumentation-agent';
import type { MarketDataMetrics } from '@trademeter/instrumentation-market-data';
import type { Features } from './features.ts';
import type { Random } from './random.ts';
import type { Sleep } from './sleep.ts';

/** The analyst's advice. */
export interface Opinion {
  readonly action: 'buy' | 'sell' | 'hold';
  /** From 0 to 1. */
  readonly conviction: number;
}

/** The language model and its prices. */
const analystModel = 'paper-analyst-1';
export const analystPrices = { [analystModel]: { input: 3, output: 15, currency: 'USD' } };

const weights = { trend: 0.7, calm: 0.3 };
const daysBetweenReports = 20;

/** Gives an opinion each day from a small model, and each month a report from a simulated language model. */
export class Analyst {
  readonly #agent: AgentMetrics;
  readonly #sentiment;
  readonly #random: Random;
  readonly #sleep: Sleep;
  readonly #model;
  #days = 0;

  constructor(agent: AgentMetrics, market: MarketDataMetrics, random: Random, sleep: Sleep) {
    this.#agent = agent;
    this.#sentiment = market.sentiment;
    this.#random = random;
    this.#sleep = sleep;
    this.#model = agent.model('conviction');
    for (const [name, weight] of Object.entries(weights)) this.#sentiment.provider(name).weight(weight);
  }

  /** @param dailyMove the market's change today, as a fraction of yesterday's close */
  async opinion(symbol: string, features: Features, dailyMove: number): Promise<Opinion> {
    this.#agent.analysis({ symbol });
    const mood = this.#sentiment.time(() => moodOf(features));
    this.#sentiment.scored({ score: mood, providers: Object.keys(weights) });
    if (mood * dailyMove < 0) this.#sentiment.diverged();

    const conviction = this.#model.time(() => 1 / (1 + Math.exp(-8 * Math.abs(mood)))) * 2 - 1;
    const action = conviction < 0.05 ? 'hold' : mood > 0 ? 'buy' : 'sell';
    this.#agent.decision({ action, symbol, conviction });

    if (this.#days++ % daysBetweenReports === 0) await this.#report(symbol, features);
    return { action, conviction };
  }

  /** The answer has the shape of OpenAI's SDK, from which the tokens are read. */
  async #report(symbol: string, features: Features): Promise<void> {
    const figures = `trend ${features.trend().toFixed(4)}, volatility ${features.volatility().toFixed(4)}`;
    const prompt = `${symbol}: ${figures}. What now?`;
    await this.#agent.llm.call({ provider: 'openai', model: analystModel }, async () => {
      await this.#sleep(10 + 20 * this.#random.uniform());
      const completionTokens = 40 + Math.floor(60 * this.#random.uniform());
      return {
        object: 'chat.completion',
        model: analystModel,
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Stay with the trend.' } }],
        usage: {
          prompt_tokens: Math.ceil(prompt.length / 4),
          completion_tokens: completionTokens,
          total_tokens: Math.ceil(prompt.length / 4) + completionTokens,
        },
      };
    });
  }
}

/** From -1 to 1: positive for a rising market, negative for growing volatility. */
function moodOf(features: Features): number {
  const nerves = features.volatility() / features.pastVolatility() - 1;
  return clamp(weights.trend * (features.trend() / 0.04) - weights.calm * nerves);
}

function clamp(value: number): number {
  return Math.max(-1, Math.min(1, value));
}
