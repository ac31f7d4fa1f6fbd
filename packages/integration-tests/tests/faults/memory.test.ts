import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trademeter/test-support/free-port';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../../servers/collector.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import { failing, works } from './export-log-lines.ts';
import { faults } from './fault-catalog.ts';
import { waitForOrders } from './order-ledger.ts';

vi.setConfig({ maxConcurrency: faults.length + 2, testTimeout: 240_000 });

/** Failures until everything is loaded, compiled and grown that grows once. */
const failuresBefore = 300;
const failures = 1_000;
/** One kilobyte per export would be a leak; the measured value is a third of that, and does not grow. */
const mostBytes = failures * 1_000;
const mostResources = 10;

const byHand = {
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_METRIC_EXPORT_INTERVAL: '600000',
  // Too short for a second attempt.
  OTEL_EXPORTER_OTLP_TIMEOUT: '700',
  BOT_TRADES: 'when asked',
  BOT_FLUSH_MILLIS: '20000',
};

let collector: Collector;

beforeAll(async () => {
  collector = await startCollector();
});

afterAll(() => collector?.stop());

/** Makes a bot's exports fail a thousand times, and checks its memory, sockets and timers. */
async function failOften(bot: BotProcess): Promise<void> {
  await bot.ask('trade', { orders: 1 });
  await bot.ask('flush', { times: failuresBefore });
  const before = await bot.ask('memory');
  await bot.ask('trade', { orders: 1 });
  await bot.ask('flush', { times: failures });
  const after = await bot.ask('memory');
  console.log(`${after.held - before.held} bytes more, ${after.resources} resources; ${bot.logged[0]}`);
  expect(after.held - before.held).toBeLessThan(mostBytes);
  expect(after.resources).toBeLessThan(before.resources + mostResources);
}

describe.concurrent('1,000 failed exports hold no memory, and lose nothing, while the Collector', () => {
  test.each(faults.map((each) => [each.name, each] as const))('%s', async (_, { build, reason, isSilent }) => {
    await using route = await build(collector);
    await route.disrupt();
    const job = `bot-${await freePort()}`;
    const time = isSilent ? { OTEL_EXPORTER_OTLP_TIMEOUT: '20' } : {};
    await using bot = await startBot({
      env: { ...byHand, ...time, OTEL_SERVICE_NAME: job, OTEL_EXPORTER_OTLP_ENDPOINT: route.url },
    });
    // The time limit of 20 ms, which keeps the test short, is warned about at the start.
    const exportsLogged = () => bot.logged.filter((line) => !line.includes('OTEL_EXPORTER_OTLP_TIMEOUT=20 means'));
    await failOften(bot);
    // on a busy machine, the first one may exceed its time limit; push.test.ts has the reasons
    const reasons = `(?:${reason}|no answer within \\d+ ms)`;
    expect(exportsLogged()).toEqual([expect.stringMatching(failing(reasons))]);

    await route.repair(bot);
    while (exportsLogged().length < 2) {
      await bot.ask('flush', { times: 1 });
      await sleep(20);
    }
    const failed = Number(works.exec(exportsLogged()[1] ?? '')?.groups?.['failed']);
    expect(failed).toBeGreaterThanOrEqual(failuresBefore + failures);
    await waitForOrders(collector, job, (orders) => orders === 2);
  });

  test('is down, over gRPC', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await using bot = await startBot({
      env: { ...byHand, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: url },
    });
    await failOften(bot);
    expect(bot.logged).toEqual([expect.stringMatching(failing('(14 UNAVAILABLE: .*|no answer within .*)'))]);
  });
});

test.concurrent('1,000 failed exports to the console hold no memory', async () => {
  const full = await open('/dev/full', 'w');
  await using bot = await startBot({ env: { ...byHand, OTEL_METRICS_EXPORTER: 'console' }, stdout: full.fd });
  await full.close();
  await failOften(bot);
  expect(bot.logged).toEqual([expect.stringMatching(failing('ENOSPC: .*'))]);
});
