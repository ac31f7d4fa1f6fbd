import { freePort } from '@trademeter/test-support/free-port';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../../servers/collector.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import { failing, works } from './export-log-lines.ts';
import { faults } from './fault-catalog.ts';
import { compareLoops, describeLoops } from './loop.ts';
import { waitForOrders } from './order-ledger.ts';

vi.setConfig({ maxConcurrency: faults.length });

const schedule = {
  OTEL_METRICS_EXPORTER: 'otlp',
  // the limit of an export, too: more than twelve bots need that start at once on a small machine
  OTEL_METRIC_EXPORT_INTERVAL: '4000',
};
const watchMillis = 10_000;

let collector: Collector;
/** Trades like the others, without telemetry. */
let control: BotProcess;

beforeAll(async () => {
  [collector, control] = await Promise.all([startCollector(), startBot({ env: { OTEL_METRICS_EXPORTER: 'none' } })]);
});

afterAll(async () => {
  await control?.[Symbol.asyncDispose]();
  await collector?.stop();
});

describe.concurrent('the bot trades on, and nothing is lost, while the Collector', () => {
  test.each(faults.map((each) => [each.name, each] as const))('%s', async (name, { reason, build }) => {
    await using route = await build(collector);
    const job = `bot-${await freePort()}`;
    await using bot = await startBot({
      env: { ...schedule, OTEL_SERVICE_NAME: job, OTEL_EXPORTER_OTLP_ENDPOINT: route.url },
    });
    if (route.isReachable) await waitForOrders(collector, job, (orders) => orders > 0);

    await route.disrupt();
    const comparison = await compareLoops(bot, control, watchMillis);
    await bot.waitForLine(failing(reason));
    const during = [...bot.logged];
    await route.repair(bot);
    const recovery = await bot.waitForLine(works);
    const { orders } = await bot.ask('pause');
    await waitForOrders(collector, job, (known) => known === orders);

    const failed = Number(works.exec(recovery)?.groups?.['failed']);
    console.log(`${name}: ${failed} exports failed; ${describeLoops(comparison)}`);
    expect(comparison).toMatchObject({ isDelayed: false });
    // At least one on a busy machine; memory.test.ts has a thousand that are logged once.
    expect(failed).toBeGreaterThan(0);
    expect(during).toEqual([expect.stringMatching(failing(reason))]);
    expect(bot.logged).toEqual([...during, expect.stringMatching(works)]);
  });
});
