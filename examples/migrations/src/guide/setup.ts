/** The set-up that the calls in docs/migrating follow. */
import { instrumentAgent } from '@trademeter/instrumentation-agent';
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { instrumentMarketData } from '@trademeter/instrumentation-market-data';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { instrumentPortfolio } from '@trademeter/instrumentation-portfolio';
import { instrumentRisk } from '@trademeter/instrumentation-risk';
import { instrumentRuntime, runtimeInstrumentations } from '@trademeter/instrumentation-runtime';
import { instrumentStrategy } from '@trademeter/instrumentation-strategy';
import { startTelemetry } from '@trademeter/sdk';

export { runtimeInstrumentations };
export const telemetry = await startTelemetry({ serviceName: 'my-bot', mode: 'paper' });

export const orders = instrumentOrders({ venue: 'alpaca', strategy: 'sma', currency: 'USD' });
export const portfolio = instrumentPortfolio({ currency: 'USD', venue: 'alpaca', strategy: 'sma' });
export const risk = instrumentRisk({ strategy: 'sma' });
export const sma = instrumentStrategy({ strategy: 'sma' });
export const prices = { 'claude-haiku-4-5': { input: 1, output: 5, currency: 'USD' } };
export const agent = instrumentAgent({ agent: 'analyst', prices });
export const features = instrumentCache({ name: 'features' });
export const marketData = instrumentMarketData();
export const runtime = instrumentRuntime();

// what the calls time and count is the bot's own
export const store = new Map([['AAPL', 0.02]]);
export const momentumOf = (symbol: string) => store.get(symbol) ?? 0;
export const ask = async (_question: string) => ({ type: 'message', usage: { input_tokens: 400, output_tokens: 60 } });
export const ping = async () => 'PONG';
export const tick = async () => undefined;
