import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instrumentCache } from '@trademeter/instrumentation-cache';
import { startTelemetry } from '@trademeter/sdk';
import { FeatureStore } from './feature-store.ts';
import { momentum } from './momentum.ts';
import { seededRandom, walkPrices } from './price-walk.ts';

const symbolCount = 200;
const lookbackDays = 20;
const folder = mkdtempSync(join(tmpdir(), 'feature-cache-'));

const telemetry = await startTelemetry({
  serviceName: 'feature-cache',
  mode: 'backtest',
  exporters: [{ type: 'prometheus', port: 0 }],
});
const cache = instrumentCache({ name: 'features' });

{
  using store = new FeatureStore({ cache, file: join(folder, 'features.sqlite'), memorySize: 50 });
  const random = seededRandom(7);
  const closes = Array.from({ length: symbolCount }, () => walkPrices(250, random));

  // A bot reads a few symbols often and the others rarely.
  for (let look = 0; look < 5_000; look += 1) {
    const symbol = Math.floor(random() ** 3 * symbolCount);
    store.get('momentum_20d', `SYM${symbol}`, '2026-01-05', () => momentum(closes[symbol] ?? [], lookbackDays));
  }
}
rmSync(folder, { recursive: true });

const [endpoint] = telemetry.endpoints;
const scraped = endpoint === undefined ? '' : await (await fetch(endpoint.url)).text();
console.log(
  scraped
    .replaceAll(/otel_scope_\w+="[^"]*",?/gu, '')
    .match(/^trading_(?!\w+_bucket).*$/gmu)
    ?.join('\n'),
);
