import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { createMeter } from '@trademeter/instrumentation';
import { tradingPositionValue } from '@trademeter/semantic-conventions';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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

test('a state reads as it was set, to the last digit, by whomever and however often it is read', async () => {
  const [often, seldom] = [new Reader(), new Reader()];
  await using _telemetry = await startTelemetry({ exporters: [often.reader, seldom.reader] });
  const values = createMeter({ name: 'test' }).state(tradingPositionValue);
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

test('an observable counter that begins again goes on from where it was', async () => {
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
