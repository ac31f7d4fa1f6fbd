/** The process that keeps many series of one counter, with one library. */
import type { PeerName } from './peer-names.ts';
import type { StartPeer } from './peers/peer.ts';
import { type BenchmarkSeries, metrics } from './series.ts';

const count = 80_000;

const starters: Readonly<Record<PeerName, () => Promise<StartPeer>>> = {
  trademeter: async () => (await import('./peers/trademeter.ts')).startTrademeter,
  opentelemetry: async () => (await import('./peers/opentelemetry.ts')).startOpenTelemetry,
  'prom-client': async () => (await import('./peers/prom-client.ts')).startPromClient,
  'prometheus-io': async () => (await import('./peers/prom-client.ts')).startPrometheusIo,
  platformatic: async () => (await import('./peers/prom-client.ts')).startPlatformatic,
};

process.once('message', (peer: PeerName) => {
  void (async () => {
    const series = countersOf(count);
    const start = await starters[peer]();
    const library = await start(series);
    const before = usedBytes();
    for (let index = 0; index < count; index += 1) library.record(index, 1);
    process.send?.((usedBytes() - before) / count, () => process.exit());
  })();
});

/** Series of the counter, with five labels each; their strings exist before they are recorded. */
function countersOf(length: number): BenchmarkSeries[] {
  const metric = metrics.find(({ kind }) => kind === 'counter');
  if (metric === undefined) throw new Error('the benchmark has no counter');
  const strategies = ['momentum', 'mean_reversion', 'market_making'];
  return Array.from({ length }, (_, index) => ({
    metric,
    labels: {
      venue: index % 2 === 0 ? 'binance' : 'kraken',
      symbol: `SYM${String(index >> 2).padStart(5, '0')}/USDT`,
      strategy: strategies[index % 3] as string,
      order_side: index % 4 < 2 ? 'buy' : 'sell',
      order_outcome: 'filled',
    },
  }));
}

function usedBytes(): number {
  for (let round = 0; round < 4; round += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

// However the parent ended, this process ends too.
process.on('disconnect', () => process.exit());
