/**
 * A main loop: cycles, feeds, provider calls, errors, alerts, dependencies, and the process.
 */
import { instrumentMarketData } from '@trademeter/instrumentation-market-data';
import { instrumentRuntime, runtimeInstrumentations } from '@trademeter/instrumentation-runtime';
import { instrumentStrategy } from '@trademeter/instrumentation-strategy';
import { startTelemetry } from '@trademeter/sdk';
import { printMetrics } from './print-metrics.ts';

const telemetry = await startTelemetry({
  serviceName: 'runner',
  exporters: [{ type: 'prometheus', port: 0 }],
  instrumentations: runtimeInstrumentations({ dataDirectory: '.' }),
});

const strategy = instrumentStrategy({ strategy: 'catalyst' });
const marketData = instrumentMarketData();
const runtime = instrumentRuntime();
await runtime
  .dependency('redis')
  .check(async () => 'PONG', { everyMillis: 15_000 })
  .run();

const seen = new Set<string>();
const rss = marketData.feed('rss');
const news = marketData.provider('news');
const breakout = runtime.alert({ category: 'breakout', channel: 'discord' });

async function cycle(): Promise<void> {
  const items = await news.call('headlines', async () => ['AAPL breaks out', 'MSFT flat']);
  marketData.received({ provider: 'news', type: 'news' });
  for (const item of items) {
    if (seen.has(item)) {
      rss.duplicate();
      continue;
    }
    seen.add(item);
    rss.process(() => item.includes('breaks out') && breakout.sent());
  }
}

for (let cycles = 0; cycles < 3; cycles++) {
  await runtime.watch(() => strategy.cycle.time(cycle), { component: 'runner' }).catch(() => undefined);
}

const shown = /^(trading_(feed_items|alert_sent|cycle_duration_seconds_count|dependency_status)|process_uptime).*$/gm;
await printMetrics(telemetry.endpoints[0]?.url, shown);
runtime.stop();
