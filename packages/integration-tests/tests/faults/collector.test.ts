import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trademeter/test-support/free-port';
import { expect, test, vi } from 'vitest';
import { type Collector, type CollectorPorts, startCollector } from '../../servers/collector.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import { failing, works } from './export-log-lines.ts';
import { compareLoops } from './loop.ts';
import { ordersAt, waitForOrders } from './order-ledger.ts';

vi.setConfig({ testTimeout: 240_000 });

const watchMillis = 6_000;

/** Waits until the bot has logged this many lines, and returns the last. */
async function nextLine(bot: BotProcess, count: number): Promise<string> {
  await vi.waitUntil(() => bot.logged.length >= count, { timeout: 60_000 });
  return bot.logged[count - 1] ?? '';
}

test.concurrent.each(['http/protobuf', 'grpc'])(
  'a Collector that comes late, is killed, comes back, freezes and thaws, and freezes at the end, over %s',
  async (protocol) => {
    const ports: CollectorPorts = {
      otlpHttp: await freePort(),
      otlpGrpc: await freePort(),
      prometheus: await freePort(),
      health: await freePort(),
    };
    const isGrpc = protocol === 'grpc';
    const job = `bot-${isGrpc ? 'grpc' : 'http'}`;
    await using bot = await startBot({
      env: {
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_METRIC_EXPORT_INTERVAL: '3000',
        OTEL_SERVICE_NAME: job,
        BOT_FLUSH_MILLIS: '20000',
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${isGrpc ? ports.otlpGrpc : ports.otlpHttp}`,
      },
    });
    await using control = await startBot({ env: { OTEL_METRICS_EXPORTER: 'none' } });
    const refused = failing(
      isGrpc ? '14 UNAVAILABLE: .*' : `connect ECONNREFUSED .* \\(is a Collector running there\\?\\)`,
    );
    const knowsAll = async (collector: Collector): Promise<void> => {
      const { orders } = await bot.ask('pause');
      await waitForOrders(collector, job, (known) => known === orders);
      await bot.ask('resume');
    };

    expect(await compareLoops(bot, control, watchMillis)).toMatchObject({ isDelayed: false });
    expect(bot.logged).toEqual([expect.stringMatching(refused)]);

    {
      await using first = await startCollector({ ports });
      expect(await nextLine(bot, 2)).toMatch(works);
      await knowsAll(first);
      first.signal('SIGKILL');
      await first.ended;
    }
    expect(await compareLoops(bot, control, watchMillis)).toMatchObject({ isDelayed: false });
    expect(await nextLine(bot, 3)).toMatch(refused);
    expect(bot.logged).toHaveLength(3);

    await using second = await startCollector({ ports });
    expect(await nextLine(bot, 4)).toMatch(works);
    await knowsAll(second);

    second.signal('SIGSTOP');
    expect(await compareLoops(bot, control, watchMillis)).toMatchObject({ isDelayed: false });
    expect(await nextLine(bot, 5)).toMatch(failing('.*'));
    second.signal('SIGCONT');
    expect(await nextLine(bot, 6)).toMatch(works);
    await knowsAll(second);
    expect(bot.logged).toHaveLength(6);

    // The bot ends while the Collector is frozen once more.
    second.signal('SIGSTOP');
    await sleep(3_500);
    const { orders } = await bot.ask('pause');
    bot.kill('SIGTERM');
    await sleep(500);
    second.signal('SIGCONT');
    expect(await bot.ended).toMatchObject({ signal: 'SIGTERM' });
    expect(await ordersAt(second, job)).toBe(orders);
  },
);
