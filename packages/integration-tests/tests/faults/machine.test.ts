import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trademeter/test-support/free-port';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BotProcess, startBot } from './bot-process.ts';
import type { MemoryReport } from './bot-requests.ts';
import { failing, failingAtEnd, works } from './export-log-lines.ts';
import { compareLoops } from './loop.ts';

const watchMillis = 3_000;

let control: BotProcess;
let folder: string;

beforeAll(async () => {
  control = await startBot({ env: { OTEL_METRICS_EXPORTER: 'none' } });
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
});

afterAll(async () => {
  await control?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const printing = {
  OTEL_METRICS_EXPORTER: 'console',
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
  OTEL_METRIC_EXPORT_TIMEOUT: '1000',
};

describe.concurrent('a disk that is full for the console', () => {
  test('is logged once; the bot trades on and ends normally', async () => {
    const full = await open('/dev/full', 'w');
    await using bot = await startBot({ env: printing, stdout: full.fd });
    await full.close();
    expect(await compareLoops(bot, control, watchMillis)).toMatchObject({ isDelayed: false });
    await bot.ask('end', { how: 'return', orders: 1 });
    expect(await bot.ended).toMatchObject({ code: 0 });
    expect(bot.logged).toEqual([
      expect.stringMatching(failing('ENOSPC: .*')),
      expect.stringMatching(failingAtEnd('ENOSPC: .*')),
    ]);
  });

  test('and has room again: that is logged, and nothing is missing', async () => {
    const file = join(folder, 'metrics.txt');
    await writeFile(file, ' '.repeat(2 ** 20));
    const output = await open(file, 'a');
    // Simulates a full disk of a mebibyte: mounting a small one needs root.
    await using bot = await startBot({ env: printing, stdout: output.fd, shell: 'ulimit -f 1024; exec "$@"' });
    await output.close();
    await bot.waitForLine(failing('EFBIG: .*'));
    await truncate(file);
    await bot.waitForLine(works);
    const { orders } = await bot.ask('end', { how: 'return', orders: 1 });
    expect(await bot.ended).toMatchObject({ code: 0 });
    const text = await readFile(file, 'utf8');
    const printed = [...text.matchAll(/^trading\.order\.placed .* (?<value>\d+) +\S+$/gmu)];
    expect(Number(printed.at(-1)?.groups?.['value'])).toBe(orders);
  });
});

describe.concurrent('a port that is in use', () => {
  test('is tried a thousand times without holding memory, or being logged again', async () => {
    const port = await freePort();
    const env = { OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', OTEL_EXPORTER_PROMETHEUS_PORT: String(port) };
    await using _first = await startBot({ env });
    await using second = await startBot({ env: { ...env, BOT_HASTE: 'yes', BOT_TRADES: 'when asked' } });
    const after = async (tries: number): Promise<MemoryReport> => {
      for (;;) {
        const report = await second.ask('memory');
        if (report.hasteCount >= tries) return report;
        await sleep(200);
      }
    };
    const before = await after(300);
    const { held, resources } = await after(before.hasteCount + 1_000);
    console.log(`a port that is taken: ${held - before.held} bytes more after 1,000 tries`);
    expect(held - before.held).toBeLessThan(1_000_000);
    expect(resources).toBeLessThan(before.resources + 10);
    expect(second.logged).toHaveLength(1);
  });

  test('is logged once, and taken over when it is free, with everything', async () => {
    const port = await freePort();
    const env = { OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', OTEL_EXPORTER_PROMETHEUS_PORT: String(port) };
    const url = `http://127.0.0.1:${port}/metrics`;
    await using first = await startBot({ env });
    await using second = await startBot({ env });
    expect(second.ready.endpoints).toEqual([]);
    // long enough for two attempts
    expect(await compareLoops(second, control, 11_000)).toMatchObject({ isDelayed: false });
    expect(second.logged).toEqual([
      expect.stringContaining(`[trademeter/sdk] error: port ${port} on 127.0.0.1 is in use`),
    ]);
    first.kill('SIGTERM');
    await first.ended;
    await second.waitForLine(/metrics are now served/u);
    const { orders } = await second.ask('pause');
    const text = await (await fetch(url)).text();
    expect(text).toMatch(new RegExp(`^trading_order_placed_total\\{.*\\} ${orders}$`, 'mu'));
    expect(second.logged).toHaveLength(2);
    expect(first.logged).toEqual([]);
  });
});
