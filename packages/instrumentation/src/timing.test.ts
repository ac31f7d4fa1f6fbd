import { createTestTelemetry } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { createMeter, createTiming, defineMetric } from './index.ts';

const inference = defineMetric({
  name: 'test.inference.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'Inference.',
  attributes: {
    model: { type: 'string', requirement: 'required' },
    'error.type': { type: 'string', requirement: 'conditionally_required' },
  },
  boundaries: [0.1, 1],
});

function setUp() {
  const telemetry = createTestTelemetry();
  const clock = { milliseconds: 1_000_000 };
  const meter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider, now: () => clock.milliseconds });
  return { telemetry, clock, timing: createTiming(meter.histogram(inference), { model: 'lstm' }) };
}

test('a duration is measured around a function, from start to stop, or passed as a figure', async () => {
  const { telemetry, clock, timing } = setUp();
  expect(
    timing.time(() => {
      clock.milliseconds += 250;
      return 0.7;
    }),
  ).toBe(0.7);
  const timer = timing.start();
  clock.milliseconds += 500;
  expect(timer.stop()).toBe(0.5);
  timing.record(1.25);
  expect(await telemetry.histogram('test.inference.duration', { model: 'lstm' })).toMatchObject({ count: 3, sum: 2 });
});

test('the error of a timed function reaches the caller, and is recorded as error.type', async () => {
  const { telemetry, timing } = setUp();
  const error = new RangeError('x');
  const failing = timing.time(async () => {
    throw error;
  });
  await expect(failing).rejects.toBe(error);
  timing.time((timer) => timer.fail('ETIMEDOUT'));
  const series = await telemetry.series('test.inference.duration');
  expect(series.map(({ attributes }) => attributes['error.type'])).toEqual(['RangeError', 'ETIMEDOUT']);
});

test('time throws a TypeError for anything except a function, whereas timed without one is a decorator', () => {
  const { timing } = setUp();
  expect(() => timing.time(undefined as never)).toThrow(TypeError);
});
