/**
 * Two cache layers in front of a calculation. The calls record hits, misses, durations and the hit ratio.
 */
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { startTelemetry } from '@trademeter/sdk';
import { printMetrics } from './print-metrics.ts';

const telemetry = await startTelemetry({ serviceName: 'features', exporters: [{ type: 'prometheus', port: 0 }] });

const metrics = instrumentCache({ name: 'features' });
const redis = metrics.layer('l1_redis');
const timescale = metrics.layer('l2_timescaledb');

class FeatureStore {
  // In your bot: clients of Redis and TimescaleDB.
  readonly #fast = new Map<string, number>();
  readonly #stored = new Map([['AAPL', 0.02]]);

  async get(symbol: string): Promise<number> {
    return metrics.query(async (query) => {
      const cached =
        (await redis.lookup(async () => this.#fast.get(symbol))) ??
        (await timescale.lookup(async () => this.#stored.get(symbol)));
      if (cached !== undefined) {
        this.#fast.set(symbol, cached);
        return cached;
      }
      query.miss();
      const value = metrics.feature('all_features').time(() => symbol.length / 100);
      this.#fast.set(symbol, value);
      return value;
    });
  }
}

const store = new FeatureStore();
for (const symbol of ['AAPL', 'AAPL', 'MSFT', 'MSFT']) await store.get(symbol);

await printMetrics(telemetry.endpoints[0]?.url, /^trading_cache_(hit_ratio|lookups).*$/gm);
