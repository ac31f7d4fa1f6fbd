import { AggregationType } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { ManualReader } from '../test/support.ts';
import { ConfigurationError, MeterProvider, type MeterProviderOptions } from './index.ts';

test.each<[message: string, options: unknown]>([
  ['there is no option reader (did you mean readers?); the options are resource, views, readers,', { reader: [] }],
  ['exemplarFilter must be one of trace_based, always_on, always_off, got "on"', { exemplarFilter: 'on' }],
  ['callbackTimeoutMillis must be a whole number of milliseconds', { callbackTimeoutMillis: 0 }],
  ['callbackTimeoutMillis must be a whole number of milliseconds', { callbackTimeoutMillis: Number.NaN }],
  ['callbackTimeoutMillis must be a whole number of milliseconds', { callbackTimeoutMillis: 1e12 }],
  ['now must be a function, got an object', { now: new Date() }],
  ['onDrop must be a function, got true', { onDrop: true }],
  ['readers[0] must be a metric reader, got an object', { readers: [{}] }],
  ['readers[1] must be a metric reader, got undefined', { readers: [new ManualReader(), undefined] }],
  ['resource must be an OpenTelemetry resource, got "bot"', { resource: 'bot' }],
  [
    'there is no option views[0].agregation (did you mean aggregation?);',
    { views: [{ instrumentName: 'a', agregation: 1 }] },
  ],
  ['views[0] must be an object, got "x"', { views: ['x'] }],
  ['views[1] must select instruments by at least one of instrumentName,', { views: [{ instrumentName: '*' }, {}] }],
  ['views[0].name needs an instrumentName without a wildcard', { views: [{ meterName: 'm', name: 'x' }] }],
  [
    'views[0].aggregationCardinalityLimit must be a whole number above 0, got 1.5',
    { views: [{ instrumentName: 'a', aggregationCardinalityLimit: 1.5 }] },
  ],
  [
    'views[0].aggregation.type must be an AggregationType, got 9',
    { views: [{ instrumentName: 'a', aggregation: { type: 9 } }] },
  ],
  [
    'views[0].aggregation.options.boundaries must be a list of numbers, got "1"',
    {
      views: [
        {
          instrumentName: 'a',
          aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: '1' } },
        },
      ],
    },
  ],
  ...(
    [
      ['maxSize', Number.POSITIVE_INFINITY, 'an integer from 0 to 10000, got Infinity'],
      ['maxScale', Number.NaN, 'an integer from -10 to 20, got NaN'],
    ] as const
  ).map(([name, value, problem]): [string, unknown] => [
    `views[0].aggregation.options.${name} must be ${problem}`,
    {
      views: [
        {
          instrumentName: 'a',
          aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { [name]: value } },
        },
      ],
    },
  ]),
])('a wrong option throws when the provider is created: %s', (message, options) => {
  const make = () => new MeterProvider(options as MeterProviderOptions);
  expect(make).toThrow(`[trademeter/metric-store] ${message}`);
  expect(make).toThrow(ConfigurationError);
});

test('metrics about readers are recorded if enabled', async () => {
  const reader = new ManualReader();
  expect(new MeterProvider({ readers: [reader], sdkMetricsEnabled: true })).toBeDefined();
  await reader.collect();
  const names = (await reader.metrics()).map(({ descriptor }) => descriptor.name);
  expect(names).toContain('otel.sdk.metric_reader.collection.duration');
});
