import { createTestTelemetry } from '@trademeter/testing';
import { expect, test } from 'vitest';
import {
  ConfigurationError,
  createInstrumentationMeter,
  defineMetric,
  type InstrumentationOptions,
  nonEmptyString,
} from './index.ts';

interface DemoOptions extends InstrumentationOptions {
  readonly venue?: string | undefined;
}

const create = (options: DemoOptions | undefined) =>
  createInstrumentationMeter({
    domain: 'demo',
    version: '1.2.3',
    options,
    checks: { venue: nonEmptyString },
    required: ['venue'],
  });

test('the meter records on the provider of the options, by the clock of the options', async () => {
  const { meterProvider, value } = createTestTelemetry();
  const meter = create({ venue: 'binance', meterProvider, now: () => 5 });
  meter
    .counter(
      defineMetric({
        name: 'demo.count',
        instrument: 'counter',
        unit: '{thing}',
        description: 'Things.',
        attributes: {},
      }),
    )
    .add(1, {});
  expect([await value('demo.count'), meter.now()]).toEqual([1, 5]);
});

test.each([
  ['invalid', { venue: '' }, 'venue must be a non-empty string, got ""'],
  ['missing', {}, 'venue must be a non-empty string, got undefined'],
  ['unknown', { venue: 'x', venues: 1 }, 'there is no option venues (did you mean venue?)'],
  ['a meter provider without a meter', { venue: 'x', meterProvider: {} }, 'meterProvider must be'],
  ['a number as clock', { venue: 'x', now: 5 }, 'now must be a function, got 5'],
])('an option that is %s throws an error of the package', (_what, options, message) => {
  expect(() => create(options as never)).toThrow(ConfigurationError);
  expect(() => create(options as never)).toThrow('[trademeter/instrumentation-demo] ');
  expect(() => create(options as never)).toThrow(message);
});
