import { ValueType } from '@opentelemetry/api';
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, type MeterProviderOptions } from '@opentelemetry/sdk-metrics';
import { translationStrategies } from '@trademeter/prometheus-naming';
import { readExposition } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, test } from 'vitest';
import { Producer, produced } from '../test/producer.ts';
import { Endpoint, providerNames } from '../test/scrape.ts';
import type { PrometheusExporterConfig, TranslationStrategy } from './index.ts';

interface Case {
  /** What the case is about; the name of its file. */
  readonly name: string;
  readonly config?: PrometheusExporterConfig;
  readonly options?: MeterProviderOptions;
  readonly record: (endpoint: Endpoint) => void;
  /** The log messages, once over two scrapes. */
  readonly logged?: readonly string[];
}

const allKinds: Case['record'] = ({ meter }) => {
  meter
    .createCounter('orders.placed', { unit: '{order}', description: 'Orders placed' })
    .add(3, { 'order.side': 'buy' });
  meter.createUpDownCounter('cash', { unit: '{currency}', description: 'Cash' }).add(-12.5);
  meter.createGauge('cache.hit', { unit: '1', description: 'Hits of all lookups' }).record(0.75);
  meter
    .createHistogram('fill.duration', { unit: 's', advice: { explicitBucketBoundaries: [0.5, 1] } })
    .record(0.7, { größe: 'klein' });
};

function notFinite(): Producer {
  const producer = new Producer();
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const points = values.map((value) => ({ attributes: { javascript: String(value) }, value }));
  producer.show([produced('gauge', 'value', points)], 'test');
  return producer;
}

const cases: readonly Case[] = [
  ...translationStrategies.map((translationStrategy: TranslationStrategy) => ({
    name: `strategy_${translationStrategy}`,
    config: { translationStrategy },
    record: allKinds,
  })),
  { name: 'prefix', config: { prefix: 'bot' }, record: allKinds },
  {
    name: 'unit_of_one',
    record: ({ meter }) => {
      meter.createGauge('gauge', { unit: '1' }).record(0.5);
      meter.createGauge('gauge.of.ratio.kind', { unit: '1' }).record(0.5);
      meter.createUpDownCounter('updowncounter', { unit: '1' }).add(1);
      meter.createCounter('counter', { unit: '1' }).add(1);
      meter.createHistogram('histogram', { unit: '1', advice: { explicitBucketBoundaries: [] } }).record(1);
    },
  },
  {
    name: 'sample_values_as_go_writes_them',
    // The store drops values that are not finite, so they come from a producer.
    config: { metricProducers: [notFinite()] },
    record: ({ meter }) => {
      const gauge = meter.createGauge('value');
      for (const value of [0, -0, 1, 0.1 + 0.2, 999_999, 1_000_000, 1_234_567, -2_592_000, 1e-5, 1e21, 5e-324, 1e300]) {
        gauge.record(value, { javascript: Object.is(value, -0) ? '-0' : String(value) });
      }
    },
  },
  {
    name: 'le_as_go_writes_it',
    record: ({ meter }) => {
      const explicitBucketBoundaries = [0.000_01, 0.0001, 0.5, 1, 86_400, 604_800, 1_000_000, 2_592_000, 67_108_864];
      meter.createHistogram('holding', { unit: 's', advice: { explicitBucketBoundaries } }).record(700_000);
    },
  },
  {
    name: 'histogram_boundaries_that_repeat',
    record: ({ meter }) => {
      const explicitBucketBoundaries = [1, 1, 2];
      const histogram = meter.createHistogram('histogram', { advice: { explicitBucketBoundaries } });
      for (const value of [0.5, 1, 1.5, 2.5]) histogram.record(value);
    },
  },
  {
    name: 'histogram_of_a_gauge_has_no_sum',
    options: {
      views: [
        {
          instrumentName: '*',
          aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [-1, 0, 1] } },
        },
      ],
    },
    record: ({ meter }) => meter.createGauge('pnl').record(-0.5),
  },
  {
    name: 'exponential_histogram',
    options: {
      views: [{ instrumentName: '*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
    },
    record: ({ meter }) => {
      const histogram = meter.createHistogram('duration', { unit: 's' });
      for (const value of [0, 0.3, 0.5, 0.51, 0.9, 1, 1.01, 7, 4_000_000]) histogram.record(value);
      const narrow = meter.createUpDownCounter('change');
      for (const value of [-5, -0.3, 0, 0.3]) narrow.add(value);
    },
  },
  {
    name: 'label_values',
    record: ({ meter }) => {
      const gauge = meter.createGauge('value');
      gauge.record(1, { text: 'back\\slash, "quote", line\nfeed, tab\t, return\r, é 价 😀' });
      gauge.record(2, { text: 'lone \ud800 surrogate', 'lone \udc00 key': 'x' });
      gauge.record(3, { number: 1.5, truth: true, list: ['a', 'b'], empty: '', nothing: undefined });
      gauge.record(4, { number: Number.NaN, list: [1, Number.POSITIVE_INFINITY] });
    },
  },
  {
    name: 'label_names_that_collide_are_joined_in_the_order_of_their_keys',
    record: ({ meter }) => {
      meter.createCounter('events').add(1, { a_b: 'third', 'a-b': 'first', 'a.b': 'second', c: 'alone' });
      meter.createCounter('scoped').add(1, { 'otel.scope.name': 'user', otel_scope_version: 'user' });
    },
  },
  {
    name: 'label_names_of_prometheus_itself',
    record: ({ meter }) => {
      const labels = { le: 'user', quantile: 'user', __name__: 'user', job: 'user', instance: 'user' };
      meter.createHistogram('histogram', { advice: { explicitBucketBoundaries: [1] } }).record(1, labels);
      meter.createCounter('counter').add(1, labels);
    },
  },
  {
    name: 'label_names_of_which_nothing_is_left',
    record: ({ meter }) => {
      const gauge = meter.createGauge('price');
      gauge.record(1, { 价格: 'a' });
      gauge.record(2, { 价格: 'b' });
      gauge.record(3, { '1st': 'digit', __reserved__: 'x', _private: 'y' });
    },
  },
  {
    name: 'conflict_type_counter_and_updowncounter',
    record: ({ provider }) => {
      provider.getMeter('one').createCounter('foo_total', { description: 'counts' }).add(1);
      provider.getMeter('two').createUpDownCounter('foo.total', { description: 'goes up and down' }).add(1);
      provider.getMeter('three').createCounter('bar').add(1);
    },
    logged: ['dropped foo_total: metrics with this name have different types (counter, gauge)'],
  },
  {
    name: 'conflict_type_histogram_and_gauge',
    record: ({ provider }) => {
      provider
        .getMeter('one')
        .createHistogram('foo', { advice: { explicitBucketBoundaries: [1] } })
        .record(1);
      provider.getMeter('two').createGauge('foo').record(1);
      provider.getMeter('three').createHistogram('foo').record(1);
    },
    logged: ['dropped foo: metrics with this name have different types (gauge, histogram)'],
  },
  {
    name: 'conflict_help',
    record: ({ provider }) => {
      provider.getMeter('scope 1').createCounter('foo').add(1);
      provider.getMeter('scope 2').createCounter('foo', { description: 'first' }).add(1);
      provider.getMeter('scope 3').createCounter('foo', { description: 'second' }).add(1);
    },
    logged: ['foo_total has several descriptions, the first is exported: "first"'],
  },
  {
    name: 'conflict_unit',
    config: { translationStrategy: 'UnderscoreEscapingWithoutSuffixes' },
    record: ({ provider }) => {
      provider.getMeter('one').createCounter('foo', { unit: 's' }).add(1);
      provider.getMeter('two').createCounter('foo', { unit: 'ms' }).add(1);
    },
    logged: ['foo has several units, the first is exported: "seconds"'],
  },
  {
    name: 'conflict_with_the_samples_of_a_histogram',
    record: ({ meter }) => {
      meter.createHistogram('foo', { advice: { explicitBucketBoundaries: [1] } }).record(1);
      meter.createGauge('foo.count').record(5);
    },
    logged: ['dropped foo_count: the histogram foo has samples with this name'],
  },
  {
    name: 'conflict_with_target_info',
    record: ({ meter }) => meter.createGauge('target.info').record(1, { a: 'b' }),
    logged: ['dropped metric "target.info": the exporter writes target_info itself'],
  },
  {
    name: 'names_of_which_nothing_is_left',
    record: ({ meter }) => {
      meter.createGauge('价格').record(1);
      meter.createGauge('1st').record(1);
      meter.createGauge('lone\ud800surrogate').record(1);
    },
    logged: ['dropped metric "价格": its name has no character that Prometheus allows'],
  },
  {
    name: 'help_is_escaped',
    record: ({ meter }) => {
      meter.createGauge('value', { description: 'back\\slash, "quote", line\nfeed \ud800' }).record(1);
    },
  },
  {
    name: 'same_series_twice_adds_up',
    config: { withoutScopeInfo: true },
    record: ({ provider }) => {
      for (const scope of ['one', 'two']) {
        const meter = provider.getMeter(scope);
        meter.createCounter('counter').add(2, { a: 'x' });
        meter.createUpDownCounter('updowncounter').add(-2);
        const histogram = meter.createHistogram('histogram', { advice: { explicitBucketBoundaries: [1] } });
        histogram.record(1);
        histogram.record(2);
      }
    },
    logged: [
      'counter_total has several series with the labels {a="x"} after translation: their sum is exported',
      'histogram has several series with the labels {} after translation: their sum is exported',
      'updowncounter has several series with the labels {} after translation: their sum is exported',
    ],
  },
  {
    name: 'same_series_twice_shows_the_first',
    config: { withoutScopeInfo: true },
    record: ({ provider }) => {
      for (const [index, scope] of ['one', 'two'].entries()) {
        const meter = provider.getMeter(scope);
        meter.createGauge('gauge').record(index, { 'a.b': 'x' });
        meter.createHistogram('histogram', { advice: { explicitBucketBoundaries: [index + 1] } }).record(1);
      }
    },
    logged: [
      'gauge has several series with the labels {a_b="x"} after translation: the first is exported',
      'histogram has several series with the labels {} after translation: the first is exported',
    ],
  },
  {
    name: 'scope_labels',
    record: ({ provider }) => {
      const schemaUrl = 'https://opentelemetry.io/schemas/1.40.0';
      provider.getMeter('a "scope"', '1.2.3', { schemaUrl }).createCounter('foo').add(1);
      provider.getMeter('another').createCounter('foo').add(2);
    },
  },
  { name: 'without_scope_info', config: { withoutScopeInfo: true }, record: allKinds },
  { name: 'without_target_info', config: { withoutTargetInfo: true }, record: allKinds },
  { name: 'empty_resource', options: { resource: emptyResource() }, record: allKinds },
  {
    name: 'resource_constant_labels',
    config: { withResourceConstantLabels: /^service\./ },
    options: {
      resource: resourceFromAttributes({ 'service.name': 'bot', 'service.version': '1', 'trading.mode': 'paper' }),
    },
    record: ({ meter }) => meter.createCounter('foo').add(1, { 'service.name': 'of the user' }),
  },
  {
    name: 'counter_of_the_name_of_a_gauge',
    record: ({ meter }) => {
      meter.createCounter('foo').add(1);
      meter.createGauge('foo').record(2);
      meter.createGauge('target').record(3);
    },
  },
  {
    name: 'counter_of_the_name_of_samples',
    record: ({ meter }) => {
      meter.createHistogram('foo', { advice: { explicitBucketBoundaries: [1] } }).record(1);
      for (const name of ['foo.sum', 'foo.created', 'foo.other', 'target.info', 'bar'])
        meter.createCounter(name).add(1);
      meter.createGauge('bar.created').record(1);
    },
  },
  {
    name: 'units',
    record: ({ meter }) => {
      for (const unit of ['s', 'By', 'By/s', '1', '{order}', '%', 'a b', ''])
        meter.createCounter(`of ${unit}`, { unit }).add(1);
    },
  },
  { name: 'nothing_recorded', record: ({ meter }) => void meter.createCounter('foo') },
  {
    name: 'integers',
    record: ({ meter }) => meter.createCounter('foo', { valueType: ValueType.INT }).add(2 ** 53 - 1),
  },
];

describe.each(providerNames)('on %s', (provider) => {
  test.each(cases)('$name', async ({ name, config, options, record, logged }) => {
    using logs = captureLogs();
    await using endpoint = await Endpoint.start(config, options, provider);
    record(endpoint);
    const text = await endpoint.scrape();
    await expect(text).toMatchFileSnapshot(`testdata/${name}.txt`);
    readExposition(text);
    expect(await endpoint.scrape()).toBe(text);
    expect(logs.from('exporter-prometheus')).toEqual(logged ?? []);
  });

  test.each(cases)('$name in OpenMetrics, with names in UTF-8', async ({ name, config, options, record, logged }) => {
    using logs = captureLogs();
    await using endpoint = await Endpoint.start(config, options, provider);
    record(endpoint);
    const headers = { accept: 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8' };
    const { body } = await endpoint.get({ headers });
    await expect(body).toMatchFileSnapshot(`testdata/openmetrics/${name}.txt`);
    readExposition(body, { openMetrics: true });
    expect((await endpoint.get({ headers })).body).toBe(body);
    expect(logs.from('exporter-prometheus')).toEqual(logged ?? []);
  });

  test('writes the collection time with appendTimestamp', async () => {
    const before = Date.now();
    await using endpoint = await Endpoint.start({ appendTimestamp: true }, {}, provider);
    allKinds(endpoint);
    const { samples } = readExposition(await endpoint.scrape());
    for (const { name, timestamp } of samples) {
      if (name === 'target_info') continue;
      expect(timestamp).toBeGreaterThanOrEqual(before);
      expect(timestamp).toBeLessThanOrEqual(Date.now());
    }
  });
});
