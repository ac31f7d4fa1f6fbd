import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { beforeEach, expect, test } from 'vitest';
import { renderTable, type TableSize } from './metric-table.ts';

class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

let reader: ManualReader;
let provider: MeterProvider;
let before: ReadonlyMap<string, number>;

beforeEach(() => {
  reader = new ManualReader();
  provider = new MeterProvider({
    readers: [reader],
    resource: resourceFromAttributes({ 'service.name': 'momentum-bot' }),
  });
  before = new Map();
});

const at = new Date('2026-11-28T11:30:00.000Z');
const wide: TableSize = { rows: 50, columns: 200 };

async function collect(): Promise<ResourceMetrics> {
  const { resourceMetrics, errors } = await reader.collect();
  expect(errors).toEqual([]);
  return resourceMetrics;
}

async function nextTable(size = wide): Promise<string[]> {
  const { text, amounts } = renderTable(await collect(), before, at, size);
  before = amounts;
  return text.split('\n').slice(0, -1);
}

const btc = { 'trading.symbol': 'BTC/USDT', 'trading.order.side': 'buy' };

test('the first table shows aligned series that are not 0, trading metrics first', async () => {
  const meter = provider.getMeter('test');
  meter.createCounter('process.cpu.time', { unit: 's' }).add(1.234_567_89, { 'cpu.mode': 'user' });
  const placed = meter.createCounter('trading.order.placed', { unit: '{order}' });
  placed.add(12, btc);
  placed.add(0, { ...btc, 'trading.order.side': 'sell' });
  meter.createGauge('trading.position.value', { unit: 'USDT' }).record(0, { 'trading.symbol': 'BTC/USDT' });
  expect(await nextTable()).toEqual([
    'momentum-bot at 2026-11-28T11:30:00.000Z: 3 of 4 series changed',
    'METRIC                  UNIT     ATTRIBUTES                      VALUE    CHANGE',
    'trading.order.placed    {order}  symbol=BTC/USDT order.side=buy  12       new',
    'trading.position.value  USDT     symbol=BTC/USDT                 0        new',
    'process.cpu.time        s        cpu.mode=user                   1.23457  new',
  ]);
});

test('the next table shows only series that changed, and by how much', async () => {
  const meter = provider.getMeter('test');
  const placed = meter.createCounter('trading.order.placed');
  const value = meter.createGauge('trading.position.value');
  placed.add(12, btc);
  placed.add(5, { 'trading.symbol': 'ETH/USDT' });
  value.record(64_000, {});
  await nextTable();
  placed.add(3, { 'trading.order.side': 'buy', 'trading.symbol': 'BTC/USDT' });
  value.record(63_999.5, {});
  expect(await nextTable()).toEqual([
    'momentum-bot at 2026-11-28T11:30:00.000Z: 2 of 3 series changed',
    'METRIC                  UNIT  ATTRIBUTES                      VALUE    CHANGE',
    'trading.order.placed          symbol=BTC/USDT order.side=buy  15       +3',
    'trading.position.value                                        63999.5  -0.5',
  ]);
  expect(await nextTable()).toEqual(['momentum-bot at 2026-11-28T11:30:00.000Z: 0 of 3 series changed']);
});

test('a histogram is shown as its count, mean and quantiles', async () => {
  const duration = provider.getMeter('test').createHistogram('trading.order.fill.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 0.2, 0.5, 1] },
  });
  for (let each = 1; each <= 100; each += 1) duration.record(each / 100);
  expect((await nextTable()).at(-1)).toBe(
    'trading.order.fill.duration  s                 count=100 mean=0.505 p50=0.5 p95=0.95 p99=0.99 max=1  new',
  );
  duration.record(0.3);
  expect((await nextTable()).at(-1)).toMatch(/count=101 .* \+1$/u);
});

test('a single value in the last bucket is the value of all quantiles', async () => {
  const duration = provider
    .getMeter('test')
    .createHistogram('slow', { advice: { explicitBucketBoundaries: [0.1, 0.2] } });
  duration.record(7);
  expect((await nextTable()).at(-1)).toContain('count=1 mean=7 p50=7 p95=7 p99=7 max=7');
});

test('the height is bounded', async () => {
  const placed = provider.getMeter('test').createCounter('trading.order.placed');
  for (let symbol = 0; symbol < 1_000; symbol += 1) placed.add(1, { 'trading.symbol': `S${symbol}` });
  const lines = await nextTable({ rows: 10, columns: 80 });
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe('… and 990 more');
});

test('long attributes are cut to the width of the terminal', async () => {
  const placed = provider.getMeter('test').createCounter('trading.order.placed', { unit: '{order}' });
  placed.add(1, { 'trading.symbol': 'X'.repeat(300) });
  const lines = await nextTable({ rows: 10, columns: 80 });
  for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines.at(-1)).toMatch(/X… +1 +new$/u);
});

test('escape codes in attributes do not reach the terminal', async () => {
  const placed = provider.getMeter('test').createCounter('trading.order.placed');
  placed.add(1, { 'trading.symbol': '\u001B[31mRED\u0007\nBTC' });
  const lines = await nextTable();
  expect(lines.at(-1)).toContain('symbol= [31mRED BTC');
});

test('series with the same name in two scopes are distinct', async () => {
  provider.getMeter('one').createCounter('ticks').add(1);
  provider.getMeter('two').createCounter('ticks').add(2);
  await nextTable();
  provider.getMeter('two').createCounter('ticks').add(1);
  expect(await nextTable()).toEqual([
    'momentum-bot at 2026-11-28T11:30:00.000Z: 1 of 2 series changed',
    expect.stringContaining('METRIC'),
    expect.stringMatching(/^ticks +3 +\+1$/u),
  ]);
});
