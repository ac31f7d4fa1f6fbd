import { type Attributes, metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type Histogram,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listenToStderr, setEnvironment } from '../test/support.ts';
import { startTelemetry, type TelemetryOptions } from './index.ts';

beforeEach(() => {
  setEnvironment({});
  listenToStderr();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const limit = 5;
const names = ['counter', 'upDownCounter', 'histogram', 'gauge', 'observableCounter', 'observableUpDownCounter'];
const limited: TelemetryOptions = {
  views: names.map((name) => ({ instrumentName: name, aggregationCardinalityLimit: limit })),
};

/** The values of a metric's series, by the attribute `id`. */
type Values = Readonly<Record<string, number>>;

class Reader {
  readonly #exporter: InMemoryMetricExporter;
  readonly reader: PeriodicExportingMetricReader;

  constructor(temporality = AggregationTemporality.CUMULATIVE) {
    this.#exporter = new InMemoryMetricExporter(temporality);
    this.reader = new PeriodicExportingMetricReader({ exporter: this.#exporter });
  }

  /** What it exports now, without metrics about the SDK; a histogram by its sum. */
  async collect(): Promise<Readonly<Record<string, Values>>> {
    this.#exporter.reset();
    await this.reader.forceFlush();
    const all = this.#exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((each) => each.metrics));
    return Object.fromEntries(
      all
        .filter(({ descriptor }) => names.includes(descriptor.name))
        .map(({ descriptor, dataPoints }) => [
          descriptor.name,
          Object.fromEntries(dataPoints.map(({ attributes, value }) => [idOf(attributes), numberOf(value)])),
        ]),
    );
  }
}

function idOf(attributes: Attributes): string {
  return attributes['otel.metric.overflow'] === true ? 'overflow' : String(attributes['id']);
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : ((value as Histogram).sum ?? Number.NaN);
}

/** The first four ids have their own series; later ones share the overflow. */
class Expected {
  readonly #known = new Set<string>();
  readonly values: Record<string, number> = {};

  lead(id: string): string {
    if (!this.#known.has(id) && this.#known.size < limit - 1) this.#known.add(id);
    return this.#known.has(id) ? id : 'overflow';
  }

  add(id: string, value: number): void {
    const to = this.lead(id);
    this.values[to] = (this.values[to] ?? 0) + value;
  }

  set(id: string, value: number): void {
    this.values[this.lead(id)] = value;
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ id: fc.nat(11).map(String), value: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 1, arbitrary: fc.constantFrom('first collects' as const, 'second collects' as const) },
);

test('keeps the first series exact and adds up the others, for any recordings and reads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      const [first, second] = [new Reader(), new Reader()];
      await using _telemetry = await startTelemetry({ ...limited, exporters: [first.reader, second.reader] });
      const meter = metrics.getMeter('test');
      const counter = meter.createCounter('counter');
      const upDownCounter = meter.createUpDownCounter('upDownCounter');
      const histogram = meter.createHistogram('histogram');
      const gauge = meter.createGauge('gauge');
      const [sums, lasts] = [new Expected(), new Expected()];
      for (const each of steps) {
        if (each === 'first collects') await first.collect();
        else if (each === 'second collects') await second.collect();
        else {
          const { id, value } = each;
          counter.add(value, { id });
          upDownCounter.add(value, { id });
          histogram.record(value, { id });
          gauge.record(value, { id });
          sums.add(id, value);
          lasts.set(id, value);
        }
      }
      if (Object.keys(sums.values).length === 0) return;
      for (const reader of [first, second]) {
        expect(await reader.collect()).toMatchObject({
          counter: sums.values,
          upDownCounter: sums.values,
          histogram: sums.values,
          gauge: lasts.values,
        });
      }
    }),
    { numRuns: 200 },
  );
});

describe('observed series', () => {
  test('beyond the limit are added up in each collection', async () => {
    const [first, second] = [new Reader(), new Reader()];
    await using _telemetry = await startTelemetry({ ...limited, exporters: [first.reader, second.reader] });
    const meter = metrics.getMeter('test');
    let states: Values = {};
    for (const observable of [
      meter.createObservableCounter('observableCounter'),
      meter.createObservableUpDownCounter('observableUpDownCounter'),
    ]) {
      observable.addCallback((result) => {
        for (const [id, value] of Object.entries(states)) result.observe(value, { id });
      });
    }
    states = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 };
    const before = { a: 1, b: 2, c: 3, d: 4, overflow: 11 };
    const both = (values: Values) => ({ observableCounter: values, observableUpDownCounter: values });
    expect(await first.collect()).toEqual(both(before));
    expect(await second.collect()).toEqual(both(before));
    states = { a: 1, b: 2, c: 3, d: 9, e: 7, f: 6, g: 20 };
    const after = { a: 1, b: 2, c: 3, d: 9, overflow: 33 };
    expect(await second.collect()).toEqual(both(after));
    expect(await first.collect()).toEqual(both(after));
  });
});
