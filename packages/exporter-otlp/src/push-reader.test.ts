import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type MetricProducer,
  PeriodicExportingMetricReader,
  MeterProvider as UpstreamMeterProvider,
} from '@opentelemetry/sdk-metrics';
import { MeterProvider } from '@trademeter/metric-store';
import { decode, OtlpReceiver, pointsOf } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { malformedProducer, malformedResource } from '../test/malformed-scopes.ts';
import {
  createHttpSender,
  type ExportEnd,
  type HttpSenderOptions,
  PushReader,
  type PushReaderOptions,
} from './index.ts';

/** A receiver, and the status of its answer to each request, counted from 0. It ends with the test. */
async function startReceiver(status: (request: number) => number = () => 200) {
  const receiver = await OtlpReceiver.start();
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  receiver.answer = (request) => {
    const answer = status(request);
    return { status: answer, headers: answer === 503 ? { 'retry-after': '0' } : {} };
  };
  return { requests: receiver.requests, url: `${receiver.url}/v1/metrics` };
}

const protocols = ['http/protobuf', 'http/json'] as const;

/** A reader that pushes to a receiver, with its log and observations. */
function createReader(sender: HttpSenderOptions, options: Partial<PushReaderOptions> = {}) {
  const lines: string[] = [];
  const ends: [dataPoints: number, isFailure: boolean][] = [];
  const reader = new PushReader({
    sender: createHttpSender(sender),
    destination: 'receiver',
    intervalMillis: 3_600_000,
    warn: (line) => lines.push(line),
    observer: {
      begin:
        (dataPoints) =>
        ({ error }: ExportEnd) =>
          void ends.push([dataPoints, error !== undefined]),
    },
    ...options,
  });
  onTestFinished(() => reader.close());
  return { reader, lines, ends };
}

function idsOf(points: readonly { readonly attributes?: readonly { readonly value: object }[] }[]): number[] {
  return points.map(({ attributes }) => Number(Reflect.get(attributes?.[0]?.value ?? {}, 'intValue')));
}

const ids = Array.from({ length: 25 }, (_, id) => id);

describe.each(protocols)('a push over %s', (protocol) => {
  test.each(['none', 'gzip'] as const)('contains the same from any provider, compression %s', async (compression) => {
    const { url, requests } = await startReceiver();
    for (const Provider of [MeterProvider, UpstreamMeterProvider]) {
      const { reader, lines } = createReader({ url, protocol, compression });
      const provider = new Provider({ readers: [reader] });
      const meter = provider.getMeter('bot', '1.0.0');
      for (const id of ids) meter.createCounter('orders', { unit: '{order}' }).add(id, { id });
      meter.createHistogram('wait', { advice: { explicitBucketBoundaries: [1, 2] } }).record(1.5);
      meter.createObservableGauge('load').addCallback((result) => result.observe(0.5));
      await reader.forceFlush();
      expect(lines).toEqual([]);
    }
    const withoutTimes = (request: (typeof requests)[number] | undefined): unknown =>
      JSON.parse(
        JSON.stringify(request && decode(request), (key, value: unknown) =>
          key.endsWith('TimeUnixNano') || key === 'timeUnixNano' ? undefined : value,
        ),
      );
    expect(requests).toHaveLength(2);
    expect(withoutTimes(requests[0])).toEqual(withoutTimes(requests[1]));
    expect(idsOf(pointsOf(requests.slice(0, 1), 'orders'))).toEqual(ids);
  });

  test('contains the metrics of further producers next to those of the store', async () => {
    const { url, requests } = await startReceiver();
    const inner = createReader({ url, protocol }).reader;
    new UpstreamMeterProvider({ readers: [inner] }).getMeter('foreign').createCounter('jobs').add(5);
    const producer: MetricProducer = { collect: (options) => inner.collect(options) };
    const { reader } = createReader({ url, protocol }, { metricProducers: [producer] });
    new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders').add(3);
    await reader.forceFlush();
    expect(pointsOf(requests, 'jobs')).toMatchObject([{ asDouble: 5 }]);
    expect(pointsOf(requests, 'orders')).toMatchObject([{ asDouble: 3 }]);
  });
});

test.each(protocols)(
  'what cannot be encoded over %s is counted and logged once, and the rest is sent',
  async (protocol) => {
    const { url, requests } = await startReceiver();
    const dropped: number[] = [];
    const { reader, lines } = createReader(
      { url, protocol },
      {
        metricProducers: [malformedProducer()],
        observer: { begin: () => () => {}, drop: (dataPoints) => void dropped.push(dataPoints) },
      },
    );
    const provider = new MeterProvider({ readers: [reader], resource: malformedResource() as never });
    provider.getMeter('bot').createCounter('orders').add(3);
    await reader.forceFlush();
    await reader.forceFlush();
    expect(requests.map((request) => pointsOf([request], 'orders').length)).toEqual([1, 1]);
    expect(requests.map((request) => pointsOf([request], 'good').length)).toEqual([1, 1]);
    expect(dropped).toEqual([1, 2, 1, 2]);
    expect(lines).toEqual([
      expect.stringMatching(/^dropped the resource attribute "circular": .* nested .*Logged once\.$/u),
      'dropped the scope "malformed": it is malformed: Error: cannot be read. Logged once.',
      expect.stringMatching(/^dropped the metric a symbol: .* a text is expected, got a symbol\. Logged once\.$/u),
    ]);
  },
);

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no metrics', {}],
  ['metrics that are not a list', { resourceMetrics: { scopeMetrics: 5 }, errors: [] }],
])('a producer that returns %s loses only its own metrics', async (_what, returned) => {
  const { url, requests } = await startReceiver();
  const producer = { collect: async () => returned } as unknown as MetricProducer;
  const { reader, lines } = createReader({ url, protocol: 'http/json' }, { metricProducers: [producer] });
  new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders').add(3);
  await reader.forceFlush();
  expect(pointsOf(requests, 'orders')).toHaveLength(1);
  expect(lines).toEqual([expect.stringContaining('a metric source')]);
});

describe('a push of several requests', () => {
  test('retries only the request that failed', async () => {
    const { url, requests } = await startReceiver((request) => (request === 1 ? 503 : 200));
    const { reader, lines, ends } = createReader({ url, protocol: 'http/protobuf', maxExportBatchSize: 10 });
    const counter = new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders');
    for (const id of ids) counter.add(1, { id });
    await reader.forceFlush();
    expect(requests.map(({ status }) => status)).toEqual([200, 503, 200, 200]);
    expect(requests[2]?.body).toEqual(requests[1]?.body);
    const accepted = requests.filter(({ status }) => status === 200);
    expect(idsOf(pointsOf(accepted, 'orders'))).toEqual(ids);
    expect(ends).toEqual([
      [10, false],
      [10, false],
      [5, false],
    ]);
    expect(lines).toEqual([]);
  });

  test('sends the other requests if one is rejected, and logs how many failed', async () => {
    const { url, requests } = await startReceiver((request) => (request === 1 ? 400 : 200));
    const { reader, lines, ends } = createReader(
      { url, protocol: 'http/protobuf', maxExportBatchSize: 10 },
      { temporality: 'delta' },
    );
    const counter = new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders');
    for (const id of ids) counter.add(1, { id });
    await reader.forceFlush();
    expect(requests.map(({ status }) => status)).toEqual([200, 400, 200]);
    expect(ends).toEqual([
      [10, false],
      [10, true],
      [5, false],
    ]);
    expect(lines).toEqual([
      expect.stringContaining('the export to receiver failed for 1 of 3 requests: Bad Request (400). '),
    ]);
  });

  test('stops if the receiver is away and the next export includes the same; deltas are all tried', async () => {
    for (const [temporality, attempts] of [
      ['cumulative', 1],
      ['delta', 3],
    ] as const) {
      const { url, requests } = await startReceiver(() => 503);
      const { reader, ends } = createReader(
        { url, protocol: 'http/protobuf', maxExportBatchSize: 10 },
        { temporality, timeoutMillis: 500 },
      );
      const counter = new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders');
      for (const id of ids) counter.add(1, { id });
      await reader.forceFlush();
      expect(requests).toHaveLength(attempts);
      expect(ends).toHaveLength(attempts);
    }
  });
});

test('flushIfChanged exports if something was recorded since its last call, not if it was only observed', async () => {
  const { url, requests } = await startReceiver();
  const { reader } = createReader({ url, protocol: 'http/json' });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bot');
  const counter = meter.createCounter('orders');
  let load = 0;
  meter.createObservableGauge('load').addCallback((result) => {
    load += 1;
    result.observe(load);
  });
  counter.add(1);
  await reader.flushIfChanged();
  await reader.flushIfChanged();
  expect(requests).toHaveLength(1);
  counter.add(1);
  // The flush takes a snapshot, after which nothing has changed.
  await reader.forceFlush();
  await reader.flushIfChanged();
  await reader.flushIfChanged();
  expect(requests).toHaveLength(3);
  counter.add(1);
  // Someone else reads the reader.
  await reader.collect();
  await reader.flushIfChanged();
  expect(requests).toHaveLength(4);
});

test.each(['delta', 'lowmemory'] as const)(
  'flushIfChanged loses no increment of temporality %s, and exports nothing twice',
  async (temporality) => {
    const { url, requests } = await startReceiver();
    const { reader } = createReader({ url, protocol: 'http/json' }, { temporality });
    const meter = new MeterProvider({ readers: [reader] }).getMeter('bot');
    const counter = meter.createCounter('orders');
    let bytes = 0;
    meter.createObservableCounter('bytes').addCallback((result) => result.observe(bytes));
    meter.createObservableGauge('load').addCallback((result) => result.observe(bytes));
    const sumOf = (name: string): number =>
      pointsOf(requests, name).reduce((sum, point) => sum + Number(Reflect.get(point, 'asDouble')), 0);
    counter.add(1);
    await reader.flushIfChanged();
    for (const added of [5, 0, 7]) {
      bytes += added;
      await reader.flushIfChanged();
    }
    counter.add(1);
    await reader.forceFlush();
    expect(sumOf('orders')).toBe(2);
    // With lowmemory, observed values are cumulative, so nothing is lost.
    if (temporality === 'delta') {
      expect(sumOf('bytes')).toBe(12);
      expect(requests).toHaveLength(4);
    } else {
      expect(pointsOf(requests, 'bytes').at(-1)).toMatchObject({ asDouble: 12 });
      expect(requests).toHaveLength(2);
    }
  },
);

describe.each([
  ['the store', MeterProvider],
  ["upstream's provider", UpstreamMeterProvider],
] as const)('resource attributes that are still being detected, on %s', (_, Provider) => {
  function attributesOf(request: Parameters<typeof decode>[0]): unknown {
    const resource: object = decode(request).resourceMetrics[0]?.resource ?? {};
    const attributes: { key: string; value: object }[] = Reflect.get(resource, 'attributes');
    return Object.fromEntries(attributes.map(({ key, value }) => [key, Reflect.get(value, 'stringValue')]));
  }

  test('are in the first push', async () => {
    const { url, requests } = await startReceiver();
    const { reader } = createReader({ url, protocol: 'http/json' });
    const detected = Promise.withResolvers<string>();
    const resource = resourceFromAttributes({ 'service.name': 'bot', 'cloud.region': detected.promise });
    new Provider({ readers: [reader], resource }).getMeter('bot').createCounter('orders').add(1);
    const flushed = reader.forceFlush();
    setImmediate(() => detected.resolve('tokyo'));
    await flushed;
    expect(requests.map(attributesOf)).toEqual([{ 'service.name': 'bot', 'cloud.region': 'tokyo' }]);
  });

  test('are waited for once, within the time of a flush', async () => {
    const { url, requests } = await startReceiver();
    const { reader, lines } = createReader({ url, protocol: 'http/json' }, { flushTimeoutMillis: 60 });
    const detected = Promise.withResolvers<string>();
    const resource = resourceFromAttributes({ 'service.name': 'bot', 'cloud.region': detected.promise });
    const provider = new Provider({ readers: [reader], resource });
    provider.getMeter('bot').createCounter('orders').add(1);
    await reader.forceFlush();
    await reader.forceFlush();
    detected.resolve('tokyo');
    await resource.waitForAsyncAttributes?.();
    await provider.shutdown();
    const early = { 'service.name': 'bot' };
    expect(requests.map(attributesOf)).toEqual([early, early, { ...early, 'cloud.region': 'tokyo' }]);
    expect(lines).toEqual([]);
  });
});

test('an export whose first and last attempts fail counts once', async () => {
  const { url, requests } = await startReceiver((request) => [503, 400][request] ?? 200);
  const failed = Promise.withResolvers<void>();
  const { reader, lines } = createReader(
    { url, protocol: 'http/json' },
    { observer: { begin: () => () => failed.resolve() } },
  );
  new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders').add(1);
  await failed.promise;
  await reader.forceFlush();
  expect(requests.map(({ status }) => status)).toEqual([503, 400, 200]);
  expect(lines).toEqual([
    expect.stringContaining('the export to receiver failed: Service Unavailable (503). '),
    'the export to receiver works again after 1 failure.',
  ]);
});

test('undefined options have their defaults', async () => {
  const { url, requests } = await startReceiver((request) => (request === 0 ? 200 : 400));
  using logs = captureLogs();
  const { reader } = createReader(
    { url, protocol: 'http/json' },
    {
      metricProducers: undefined,
      temporality: undefined,
      hasExponentialHistograms: undefined,
      intervalMillis: undefined,
      timeoutMillis: undefined,
      flushTimeoutMillis: undefined,
      hint: undefined,
      observer: undefined,
      warn: undefined,
    },
  );
  new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders').add(1);
  await reader.forceFlush();
  expect(requests).toHaveLength(1);
  expect(logs.messages).toEqual([]);
  await reader.forceFlush();
  expect(logs.messages).toEqual([expect.stringContaining('the export to receiver failed: Bad Request (400). ')]);
});

test('exports continue if callbacks in the options throw', async () => {
  const { url, requests } = await startReceiver((request) => (request === 0 ? 400 : 200));
  using logs = captureLogs();
  const fail = (): never => {
    throw new Error('callback fails');
  };
  for (const observer of [{ begin: fail }, { begin: () => fail }]) {
    const { reader } = createReader({ url, protocol: 'http/json' }, { hint: fail, warn: fail, observer });
    const counter = new MeterProvider({ readers: [reader] }).getMeter('bot').createCounter('orders');
    counter.add(1);
    for (let flush = 0; flush < 2; flush += 1) await reader.forceFlush();
    expect(reader.progress).toBeUndefined();
  }
  expect(requests.map(({ status }) => status)).toEqual([400, 200, 200, 200]);
  expect(logs.messages).toEqual(
    expect.arrayContaining([
      expect.stringContaining('hint threw Error: callback fails. Exports continue. Logged once.'),
      expect.stringContaining('observer threw'),
      expect.stringContaining('warn threw'),
      expect.stringContaining('the export to receiver failed: Bad Request (400)'),
    ]),
  );
});

test.each([
  ['hangs', () => new Promise<never>(() => {}), 'a metric producer did not answer within 20 ms'],
  ['rejects', () => Promise.reject(new Error('no jobs')), 'a metric producer failed: Error: no jobs'],
])('a metric producer that %s loses only its own metrics', async (_, collect, reason) => {
  for (const Provider of [MeterProvider, UpstreamMeterProvider]) {
    const { url, requests } = await startReceiver();
    const { reader, lines } = createReader(
      { url, protocol: 'http/json' },
      { metricProducers: [{ collect }], flushTimeoutMillis: 60 },
    );
    const counter = new Provider({ readers: [reader] }).getMeter('bot').createCounter('orders');
    for (let flush = 0; flush < 2; flush += 1) {
      counter.add(1);
      await reader.forceFlush();
    }
    expect(pointsOf(requests, 'orders').map((point) => Reflect.get(point, 'asDouble'))).toEqual([1, 2]);
    expect(lines).toEqual([
      `a metric source could not be read, so the export has no new values from it: ${reason}. Logged once.`,
    ]);
  }
});

test("OpenTelemetry's own exporter and reader push the metrics of the store", async () => {
  const { url, requests } = await startReceiver();
  const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url }) });
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter('bot').createCounter('orders');
  for (const id of ids) counter.add(1, { id });
  await provider.shutdown();
  expect(idsOf(pointsOf(requests, 'orders'))).toEqual(ids);
});
