import { OtlpReceiver } from '@trademeter/test-support';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, prepareConsumer } from '../../src/packed/consumer.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
});

const tool = (name: string) => consumer.path('tools/node_modules/.bin', name);

describe.each([
  { name: 'Bun', command: () => tool('bun'), args: ['run'] },
  { name: 'Deno', command: () => tool('deno'), args: ['run', '--allow-all'] },
])('$name', ({ command, args }) => {
  test('is scraped, plain and compressed, again and again, and ends at SIGTERM', async () => {
    const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1' };
    await using bot = await consumer.startBot(command(), [...args, 'bot.ts'], env);
    const series = /^trading_order_placed_total\{.*trading_symbol="BTC\/USDT".*\} 1$/mu;
    expect(await bot.scrape()).toMatch(series);
    for (const encoding of ['identity', 'gzip', 'identity']) {
      const response = await fetch(bot.url, { headers: { 'accept-encoding': encoding } });
      expect(response.status).toBe(200);
      expect(await response.text(), encoding).toMatch(series);
    }
    bot.server.signal('SIGTERM');
    await bot.server.ended;
  });

  test('pushes over OTLP at its end', async () => {
    await using receiver = await OtlpReceiver.start();
    const env = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const { exitCode, stdout, stderr } = await consumer.run(command(), [...args, 'script.ts'], { env });
    expect({ exitCode, stderr }, stdout).toEqual({ exitCode: 0, stderr: '' });
    expect(receiver.value('trading.order.placed')).toBeGreaterThan(0);
    expect(JSON.stringify(receiver.exports().at(-1)?.resourceMetrics[0]?.resource)).toContain('backtest');
  });
});
