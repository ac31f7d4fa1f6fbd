import { type Attributes, metrics, type ObservableCallback, type ObservableResult } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { createMeter } from '@trademeter/instrumentation';
import { tradingPortfolioReturn, tradingPositionValue } from '@trademeter/semantic-conventions';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { setEnvironment } from '../test/support.ts';
import { startTelemetry } from './index.ts';

beforeEach(() => setEnvironment({}));

afterEach(() => vi.unstubAllEnvs());

class Reader {
  readonly #exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly reader = new PeriodicExportingMetricReader({ exporter: this.#exporter });

  /** The values of a metric's series now, in the order in which they were first observed. */
  async collect(name: string): Promise<unknown[]> {
    this.#exporter.reset();
    await this.reader.forceFlush();
    const all = this.#exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((each) => each.metrics));
    return all.flatMap(({ descriptor, dataPoints }) =>
      descriptor.name === name ? dataPoints.map(({ value }) => value) : [],
    );
  }
}

const attributes = (symbol: string) => ({
  'trading.venue': 'test',
  'trading.symbol': symbol,
  'trading.position.side': 'long' as const,
  'trading.currency': 'USD',
});

test('a state is read exactly as it was set, by every reader, every time', async () => {
  const [often, seldom] = [new Reader(), new Reader()];
  await using _telemetry = await startTelemetry({ exporters: [often.reader, seldom.reader] });
  const values = createMeter({ name: 'test' }).observable(tradingPositionValue);
  for (let day = 1; day <= 60; day += 1) {
    const [one, other] = [day * 64 * 13.5653, Math.sin(day) * 1e5];
    values.set(one, attributes('ONE'));
    values.set(other, attributes('OTHER'));
    expect(await often.collect('trading.position.value')).toEqual([one, other]);
    if (day % 7 === 0) expect(await seldom.collect('trading.position.value')).toEqual([one, other]);
  }
  values.set(0, attributes('ONE'));
  values.set(0, attributes('OTHER'));
  expect(await often.collect('trading.position.value')).toEqual([0, 0]);
  expect(await seldom.collect('trading.position.value')).toEqual([0, 0]);
});

test('a gauge series ends when it is no longer observed, and comes back', async () => {
  const [often, seldom] = [new Reader(), new Reader()];
  await using _telemetry = await startTelemetry({ exporters: [often.reader, seldom.reader] });
  const returns = createMeter({ name: 'test' }).observable(tradingPortfolioReturn);
  const of = new Map<'day' | 'total', number>([
    ['day', -1.1],
    ['total', -0.5],
  ]);
  returns.observe((observe) => {
    for (const [period, value] of of) observe(value, { 'trading.period': period });
  });
  expect(await often.collect('trading.portfolio.return')).toEqual([-1.1, -0.5]);
  expect(await seldom.collect('trading.portfolio.return')).toEqual([-1.1, -0.5]);
  of.delete('day');
  expect(await often.collect('trading.portfolio.return')).toEqual([-0.5]);
  of.clear();
  expect(await often.collect('trading.portfolio.return')).toEqual([]);
  expect(await seldom.collect('trading.portfolio.return')).toEqual([]);
  of.set('day', 0.25);
  expect(await often.collect('trading.portfolio.return')).toEqual([0.25]);
  expect(await seldom.collect('trading.portfolio.return')).toEqual([0.25]);
});

describe("another package's gauge", () => {
  test('ends when none of its callbacks observes it, whatever order they report in', async () => {
    const own = new Reader();
    await using _telemetry = await startTelemetry({ exporters: [own.reader] });
    const gauge = metrics.getMeter('foreign').createObservableGauge('age');
    const ages: Record<string, number>[] = [{ a: 1, b: 2 }, { c: 3 }];
    const callbacks = ages.map((_, index) => async (result: ObservableResult): Promise<void> => {
      await Promise.resolve();
      const now = Object.entries(ages[index] ?? {});
      if (now.length === 0) throw new Error('nothing can be read');
      // A new object each time, with attributes in another order.
      for (const [id, age] of now) result.observe(age, age % 2 === 0 ? { id, kind: 'x' } : { kind: 'x', id });
    });
    for (const callback of callbacks) gauge.addCallback(callback);
    expect(await own.collect('age')).toEqual([1, 2, 3]);
    ages[0] = { b: 5 };
    expect(await own.collect('age')).toEqual([5, 3]);
    // A callback that fails keeps its previous values.
    ages[1] = {};
    expect(await own.collect('age')).toEqual([5, 3]);
    gauge.removeCallback(callbacks[0] as ObservableCallback);
    expect(await own.collect('age')).toEqual([3]);
  });

  test('ends when its callback is removed, also while it runs, and when it reports something other than a number', async () => {
    const own = new Reader();
    await using _telemetry = await startTelemetry({ exporters: [own.reader] });
    const gauge = metrics.getMeter('foreign').createObservableGauge('age');
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const slow = async (result: ObservableResult): Promise<void> => {
      ask();
      await answered;
      result.observe(1, { id: 'slow' });
    };
    let value: unknown = 2;
    gauge.addCallback(slow);
    gauge.addCallback((result) => result.observe(value as number, { id: 'quick' }));
    const first = own.collect('age');
    await asked;
    gauge.removeCallback(slow);
    answer();
    await first;
    expect(await own.collect('age')).toEqual([2]);
    value = undefined;
    expect(await own.collect('age')).toEqual([]);
  });

  test('stays if a second view with a pattern has other attributes', async () => {
    const own = new Reader();
    const attributesProcessors = [{ process: ({ a }: Attributes) => ({ a }) }];
    await using _telemetry = await startTelemetry({
      exporters: [own.reader],
      views: [
        { instrumentName: 'my.gauge', name: 'my.detail' },
        { instrumentName: 'my.*', attributesProcessors },
      ],
    });
    const gauge = metrics.getMeter('foreign').createObservableGauge('my.gauge');
    gauge.addCallback((result) => result.observe(0.5, { a: 1, b: 2 }));
    expect(await own.collect('my.gauge')).toEqual([0.5]);
    expect(await own.collect('my.detail')).toEqual([0.5]);
  });

  test('stays if callbacks for several instruments observe it', async () => {
    const own = new Reader();
    await using _telemetry = await startTelemetry({ exporters: [own.reader] });
    const meter = metrics.getMeter('foreign');
    const gauge = meter.createObservableGauge('load');
    meter.addBatchObservableCallback((result) => result.observe(gauge, 0.5), [gauge]);
    expect(await own.collect('load')).toEqual([0.5]);
    expect(await own.collect('load')).toEqual([0.5]);
  });

  test('stays if a view changes its attributes', async () => {
    const own = new Reader();
    const attributesProcessors = [{ process: () => ({ id: 'all' }) }];
    await using _telemetry = await startTelemetry({
      exporters: [own.reader],
      views: [{ instrumentName: 'load', attributesProcessors }],
    });
    const gauge = metrics.getMeter('foreign').createObservableGauge('load');
    gauge.addCallback((result) => result.observe(0.5, { id: 'one' }));
    expect(await own.collect('load')).toEqual([0.5]);
  });
});

test('an observable counter that restarts continues from its last value', async () => {
  const own = new Reader();
  await using _telemetry = await startTelemetry({ exporters: [own.reader] });
  let busy = 5.5;
  const id = { id: 1 };
  const counter = metrics.getMeter('foreign').createObservableCounter('busy');
  counter.addCallback((result) => result.observe(busy, id));
  expect(await own.collect('busy')).toEqual([5.5]);
  busy = 7.25;
  expect(await own.collect('busy')).toEqual([7.25]);
  busy = 1;
  const afterReset = await own.collect('busy');
  busy = 2;
  expect(await own.collect('busy')).toEqual(afterReset.map((value) => (value as number) + 1));
});
