import { createTestTelemetry } from '@trademeter/testing';
import { expect, test } from 'vitest';
import { createMeter, defineMetric } from './index.ts';

const value = defineMetric({
  name: 'test.value',
  instrument: 'updowncounter',
  unit: '{currency}',
  description: 'Value.',
  attributes: { currency: { type: 'string', requirement: 'required' } },
});
const age = defineMetric({
  name: 'test.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Age.',
  attributes: { provider: { type: 'string', requirement: 'required' } },
});
const status = defineMetric({
  name: 'test.status',
  instrument: 'updowncounter',
  unit: '1',
  description: 'Status.',
  attributes: {
    name: { type: 'string', requirement: 'required' },
    state: { type: 'string', requirement: 'required', values: ['closed', 'open', 'half_open'] },
  },
});

function setUp() {
  const telemetry = createTestTelemetry();
  return { telemetry, meter: createMeter({ name: 'test', meterProvider: telemetry.meterProvider }) };
}

test('a bound state is the same series, even after it has ended', async () => {
  const { telemetry, meter } = setUp();
  const state = meter.observable(value);
  const bound = state.bind({ currency: 'USD' });
  bound.add(2);
  state.add(3, { currency: 'USD' });
  expect(await telemetry.value('test.value')).toBe(5);
  bound.set(1);
  state.delete({ currency: 'USD' });
  bound.add(4);
  bound.add(Number.NaN);
  expect(await telemetry.value('test.value')).toBe(4);
  const wrong = state.bind({} as never);
  wrong.add(1);
  wrong.set(1);
  expect(await telemetry.value('trademeter.measurement.dropped')).toBe(3);
});

test('a state reads its last value, and can be counted up and down', async () => {
  const { telemetry, meter } = setUp();
  const state = meter.observable(value);
  state.set(100, { currency: 'USD' });
  state.set(90, { currency: 'USD' });
  state.add(1, { currency: 'EUR' });
  state.add(-1, { currency: 'EUR' });
  expect(await telemetry.value('test.value', { currency: 'USD' })).toBe(90);
  expect(await telemetry.value('test.value', { currency: 'EUR' })).toBe(0);
  state.set(80, { currency: 'USD' });
  expect(await telemetry.value('test.value', { currency: 'USD' })).toBe(80);
});

test('a bound state is the same series, ends, and starts again when it is set', async () => {
  const { telemetry, meter } = setUp();
  const state = meter.observable(value);
  const bound = state.bind({ currency: 'USD' });
  expect(await telemetry.value('test.value')).toBeUndefined();
  bound.set(100);
  bound.set(Number.NaN);
  expect(await telemetry.value('test.value', { currency: 'USD' })).toBe(100);
  state.set(90, { currency: 'USD' });
  expect(await telemetry.value('test.value', { currency: 'USD' })).toBe(90);
  bound.end();
  expect(await telemetry.value('test.value', { currency: 'USD' })).toBe(0);
  bound.set(80);
  expect(await telemetry.value('test.value', { currency: 'USD' })).toBe(80);
  state.delete({ currency: 'USD' });
  bound.set(70);
  state.add(1, { currency: 'USD' });
  expect(await telemetry.value('test.value', { currency: 'USD' })).toBe(71);
});

test('a bound state with invalid attributes counts a drop each time it is set', async () => {
  const { telemetry, meter } = setUp();
  const bound = meter.observable(value).bind({} as { currency: string });
  bound.set(1);
  bound.set(2);
  expect(await telemetry.series('test.value')).toEqual([]);
  expect(
    await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'missing_attribute' }),
  ).toBe(2);
});

test('a callback is called at every collection, and a failing one does not affect the others', async () => {
  const { telemetry, meter } = setUp();
  const state = meter.observable(age);
  let seconds = 1;
  const stop = state.observe((observe) => observe(seconds, { provider: 'polygon' }));
  state.observe(() => {
    throw new Error('no');
  });
  state.observe((observe) => observe(7, { provider: 'alpaca' }));
  expect(await telemetry.value('test.age', { provider: 'polygon' })).toBe(1);
  seconds = 2;
  expect(await telemetry.value('test.age', { provider: 'polygon' })).toBe(2);
  expect(await telemetry.value('test.age', { provider: 'alpaca' })).toBe(7);
  expect(
    await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'failing_callback' }),
  ).toBeGreaterThan(0);
  stop();
});

test('a status has every state from the start, and 1 for the current one', async () => {
  const { telemetry, meter } = setUp();
  const breaker = meter.status(status, 'state');
  breaker.set('closed', { name: 'daily_loss' });
  const states = async () =>
    Object.fromEntries(
      (await telemetry.series('test.status')).map((series) => [series.attributes['state'], series.value]),
    );
  expect(await states()).toEqual({ closed: 1, open: 0, half_open: 0 });
  breaker.set('open', { name: 'daily_loss' });
  expect(await states()).toEqual({ closed: 0, open: 1, half_open: 0 });
});

test('for the same series, several instruments add up, statuses show all their states, and the last gauge wins', async () => {
  const telemetry = createTestTelemetry();
  const make = () => {
    const meter = createMeter({ name: 'test', meterProvider: telemetry.meterProvider });
    return { value: meter.observable(value), age: meter.observable(age), breaker: meter.status(status, 'state') };
  };
  const one = make();
  const other = make();
  one.value.set(100, { currency: 'USD' });
  other.value.set(20, { currency: 'USD' });
  other.value.set(3, { currency: 'EUR' });
  one.age.set(5, { provider: 'polygon' });
  other.age.set(6, { provider: 'polygon' });
  one.breaker.set('open', { name: 'daily_loss' });
  other.breaker.set('closed', { name: 'daily_loss' });
  // Twice, because a second collection must not add up again.
  for (let collection = 0; collection < 2; collection++) {
    expect(await telemetry.value('test.value', { currency: 'USD' })).toBe(120);
    expect(await telemetry.value('test.value', { currency: 'EUR' })).toBe(3);
    expect(await telemetry.value('test.age')).toBe(6);
    expect(await telemetry.value('test.status', { state: 'open' })).toBe(1);
    expect(await telemetry.value('test.status', { state: 'closed' })).toBe(1);
    expect(await telemetry.value('test.status', { state: 'half_open' })).toBe(0);
  }
});

test('an invalid state changes nothing', async () => {
  const { telemetry, meter } = setUp();
  const breaker = meter.status(status, 'state');
  breaker.set('open', { name: 'daily_loss' });
  breaker.set('ajar' as never, { name: 'daily_loss' });
  expect(await telemetry.value('test.status', { state: 'open' })).toBe(1);
  expect(
    await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_attribute' }),
  ).toBe(1);
  breaker.set('CLOSED' as never, { name: 'daily_loss' });
  expect(await telemetry.value('test.status', { state: 'open' })).toBe(0);
  expect(await telemetry.value('test.status', { state: 'closed' })).toBe(1);
});

test('a callback that returns a promise is logged, and the rejection is ignored', async () => {
  const { telemetry, meter } = setUp();
  const late: () => unknown = async () => Promise.reject(new Error('later'));
  meter.observable(age).observe(late);
  await telemetry.series();
  expect(
    await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'failing_callback' }),
  ).toBeGreaterThan(0);
});
