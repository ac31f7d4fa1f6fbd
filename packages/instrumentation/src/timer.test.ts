import { createTestTelemetry } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { createMeter, defineMetric, timed } from './index.ts';

const duration = defineMetric({
  name: 'test.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Duration.',
  attributes: {
    venue: { type: 'string', requirement: 'required' },
    action: { type: 'string', requirement: 'recommended' },
    'error.type': { type: 'string', requirement: 'conditionally_required' },
  },
  boundaries: [0.1, 1, 10],
});
const plain = defineMetric({ ...duration, name: 'test.plain', attributes: { venue: duration.attributes.venue } });

function setUp() {
  const telemetry = createTestTelemetry();
  const clock = { milliseconds: 1_000_000 };
  const meter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider, now: () => clock.milliseconds });
  return { telemetry, clock, meter, histogram: meter.histogram(duration) };
}

test('a timer records seconds once', async () => {
  const { telemetry, clock, histogram } = setUp();
  const timer = histogram.startTimer({ venue: 'ibkr' });
  clock.milliseconds += 1_500;
  expect(timer.stop()).toBe(1.5);
  clock.milliseconds += 1_500;
  expect(timer.stop()).toBeUndefined();
  expect(await telemetry.histogram('test.duration')).toMatchObject({ count: 1, sum: 1.5 });
});

test('using stops the timer at the end of the block, with the attributes that were added', async () => {
  const { telemetry, clock, histogram } = setUp();
  {
    using timer = histogram.startTimer({ venue: 'ibkr' });
    clock.milliseconds += 200;
    timer.set({ action: 'buy' });
  }
  expect(await telemetry.histogram('test.duration', { action: 'buy' })).toMatchObject({ count: 1, sum: 0.2 });
});

test('a failure has an error.type, and a success does not', async () => {
  const { telemetry, histogram } = setUp();
  const timer = histogram.startTimer({ venue: 'ibkr' });
  timer.fail(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
  timer.stop();
  histogram.startTimer({ venue: 'ibkr' }).stop();
  const series = await telemetry.series('test.duration');
  expect(series.map(({ attributes }) => attributes)).toEqual([
    { venue: 'ibkr', 'error.type': 'ECONNRESET' },
    { venue: 'ibkr' },
  ]);
});

test('timed records a rejection, which reaches the caller unchanged', async () => {
  const { telemetry, clock, histogram } = setUp();
  const error = new RangeError('too far');
  const failing = timed(histogram, { venue: 'ibkr' }, async () => {
    clock.milliseconds += 300;
    throw error;
  });
  await expect(failing).rejects.toBe(error);
  expect(await telemetry.histogram('test.duration', { 'error.type': 'RangeError' })).toMatchObject({
    count: 1,
    sum: 0.3,
  });
});

test('timed returns what the function returns, synchronously if the function is synchronous', async () => {
  const { telemetry, histogram } = setUp();
  expect(timed(histogram, { venue: 'ibkr' }, () => 42)).toBe(42);
  expect(() =>
    timed(histogram, { venue: 'ibkr' }, () => {
      throw new TypeError('no');
    }),
  ).toThrow(TypeError);
  await expect(timed(histogram, { venue: 'ibkr' }, () => Promise.resolve('later'))).resolves.toBe('later');
  expect(await telemetry.value('test.duration')).toBe(0);
  expect((await telemetry.series('test.duration')).map(({ histogram: h }) => h?.count)).toEqual([2, 1]);
});

test('a metric without error.type records failures without it', async () => {
  const { telemetry, meter } = setUp();
  const timer = meter.histogram(plain).startTimer({ venue: 'ibkr' });
  timer.fail(new Error('x'));
  timer.stop();
  expect(await telemetry.value('trademeter.measurement.dropped')).toBe(0);
  expect(await telemetry.histogram('test.plain')).toMatchObject({ count: 1 });
});

test('a clock that steps back gives 0, and a clock that throws gives no recording', async () => {
  const { telemetry, clock, histogram } = setUp();
  const timer = histogram.startTimer({ venue: 'ibkr' });
  clock.milliseconds -= 5_000;
  expect(timer.stop()).toBe(0);
  const broken = createMeter({
    name: 'broken',
    meterProvider: telemetry.meterProvider,
    now: () => {
      throw new Error('clock');
    },
  });
  expect(broken.histogram(plain).startTimer({ venue: 'ibkr' }).stop()).toBeNaN();
  expect(await telemetry.value('trademeter.measurement.dropped')).toBe(1);
});
