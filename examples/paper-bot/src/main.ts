import { setTimeout as sleep } from 'node:timers/promises';
import { runtimeInstrumentations } from '@trademeter/instrumentation-runtime';
import { ConfigurationError, startTelemetry } from '@trademeter/sdk';
import { Analyst } from './analyst.ts';
import { loadBars } from './bars.ts';
import { type CommandLine, help, readCommandLine, UsageError } from './command-line.ts';
import { FeatureStore } from './feature-store.ts';
import { createInstruments } from './instruments.ts';
import { PaperBroker } from './paper-broker.ts';
import { PriceFeed } from './price-feed.ts';
import { Random } from './random.ts';
import { Replay } from './replay.ts';
import { symbol, TradingBot } from './trading-bot.ts';

async function run({ barsPerSecond, from, bars: limit, seed, stay, books }: CommandLine): Promise<void> {
  const history = await loadBars();
  const bars = history.filter(({ date }) => date >= from);
  if (bars.length === 0) throw new UsageError(`--from must not be after ${history.at(-1)?.date}, got "${from}"`);
  const replay = new Replay(bars, barsPerSecond);

  await using telemetry = await startTelemetry({
    serviceName: 'paper-bot',
    mode: 'paper',
    instrumentations: runtimeInstrumentations(),
  });
  const metrics = createInstruments(replay.now);
  const store = new FeatureStore(metrics.cache);
  metrics.runtime.dependency('feature_store').check(() => store.ping(), { everyMillis: 5_000 });
  const random = new Random(seed);
  const bot = new TradingBot(metrics, {
    feed: new PriceFeed(metrics.market, symbol, random, sleep, (error) =>
      metrics.runtime.error(error, { component: 'price_feed', severity: 'warning' }),
    ),
    store,
    analyst: new Analyst(metrics.agent, metrics.market, random, sleep),
    broker: new PaperBroker(random, sleep),
    log: (text) => console.log(text),
  });

  // Ctrl-C first ends the day's trading; telemetry is flushed when this function returns.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

  for (const { pageUrl } of telemetry.endpoints) if (pageUrl !== undefined) console.log(`live page  ${pageUrl}`);
  const pace = barsPerSecond === 0 ? 'as fast as it can' : `${barsPerSecond} a second`;
  console.log(`paper-bot: ${bars.length} daily bars of the S&P 500, ${bars[0]?.date} to ${bars.at(-1)?.date}, ${pace}`);
  for (const { exporter, url } of telemetry.endpoints) console.log(`${exporter.padEnd(10)} ${url}`);
  for await (const bar of replay.play(limit, stop.signal)) await bot.trade(bar);
  console.log(`\n${bot.summary().join('\n')}`);
  if (books) console.log(`books ${JSON.stringify(bot.books)}`);
  if (stay && !stop.signal.aborted) await sleep(2 ** 31 - 1, undefined, { signal: stop.signal }).catch(() => undefined);
}

// `paper-bot | head` closes the pipe after a few lines: the bot keeps running and serving its metrics.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  const commandLine = readCommandLine(process.argv.slice(2));
  if (commandLine === undefined) console.log(help);
  else await run(commandLine);
} catch (error) {
  // An invalid option or environment variable: the message is enough, without a stack.
  if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
  console.error(`paper-bot: ${error.message}`);
  process.exitCode = 2;
}
