import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import * as fork from '@platformatic/prom-client';
import * as successor from '@prometheus-io/client';
import { createMeter } from '@trademeter/instrumentation';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import { startTelemetry } from '@trademeter/sdk';
import type { MetricDefinition } from '@trademeter/semantic-conventions';
import * as promClient from 'prom-client';
import type { PeerName } from './peer-names.ts';
import {
  countedFill,
  durations,
  fillAttributes,
  type Recording,
  recordedSeries,
  recordingsOfAnOrder,
  symbols,
  timedFill,
} from './recordings.ts';

/**
 * The timed calls of one library. Each call except an order records once in every series, so that call overhead is
 * negligible.
 */
export interface Recorder {
  /** Adds to a counter whose attributes were bound before; `undefined` if the library has no such call. */
  readonly boundAdd: (() => void) | undefined;
  /** Records to a histogram whose attributes were bound before. */
  readonly boundRecord: (() => void) | undefined;
  /** Adds to a counter with five attributes, a new object each time. */
  readonly add: () => void;
  /** An order from placed to filled: twelve recordings. */
  readonly order: () => void;
}

/** The recorders, by library. */
export const recorders: Readonly<Record<PeerName, () => Recorder | Promise<Recorder>>> = {
  trademeter: recordWithTrademeter,
  opentelemetry: recordWithOpenTelemetry,
  'prom-client': () => recordWithPromClient(promClient),
  'prometheus-io': () => recordWithPromClient(successor as unknown as typeof promClient),
  platformatic: () => recordWithPromClient(fork as unknown as typeof promClient),
};

async function recordWithTrademeter(): Promise<Recorder> {
  await startTelemetry({ exporters: [{ type: 'prometheus', host: '127.0.0.1', port: 0 }], metrics: [timedFill] });
  const meter = createMeter({ name: 'benchmark' });
  const counter = meter.counter(countedFill);
  const histogram = meter.histogram(timedFill);
  const boundCounters = everySeries((series) => counter.bind(fillAttributes(series)));
  const boundHistograms = everySeries((series) => histogram.bind(fillAttributes(series)));
  const orders = instrumentOrders({ venue: 'binance', strategy: 'momentum' });
  return {
    boundAdd: () => {
      for (let series = 0; series < recordedSeries; series += 1) boundCounters[series]?.add(1);
    },
    boundRecord: () => {
      for (let series = 0; series < recordedSeries; series += 1)
        boundHistograms[series]?.record(durations[series] as number);
    },
    add: () => {
      for (let series = 0; series < recordedSeries; series += 1) counter.add(1, fillAttributes(series));
    },
    order: () => {
      const order = orders.place({
        symbol: 'BTC/USDT',
        side: 'buy',
        type: 'limit',
        quantity: 0.5,
        expectedPrice: 64_000,
      });
      order.acknowledge();
      order.fill({ quantity: 0.5, price: 64_010, liquidity: 'taker', fee: { amount: 12.8 } });
    },
  };
}

function recordWithOpenTelemetry(): Recorder {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60 * 60 * 1_000 });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('benchmark');
  const record = once((definition) => {
    const { name, unit, description, boundaries, instrument } = definition;
    const options = { unit, description };
    switch (instrument) {
      case 'counter': {
        const counter = meter.createCounter(name, options);
        return (value, attributes) => counter.add(value, attributes);
      }
      case 'histogram': {
        const advice = { explicitBucketBoundaries: [...(boundaries ?? [])] };
        const histogram = meter.createHistogram(name, { ...options, advice });
        return (value, attributes) => histogram.record(value, attributes);
      }
      case 'updowncounter':
      case 'gauge': {
        const counter = meter.createUpDownCounter(name, options);
        return (value, attributes) => counter.add(value, attributes);
      }
    }
  });
  const counter = meter.createCounter(countedFill.name);
  return {
    boundAdd: undefined,
    boundRecord: undefined,
    add: () => {
      for (let series = 0; series < recordedSeries; series += 1) counter.add(1, fillAttributes(series));
    },
    order: orderOf(record),
  };
}

function recordWithPromClient(library: typeof promClient): Recorder {
  const registers = [new library.Registry()];
  const record = once((definition) => {
    const { description: help, boundaries, instrument, attributes: known } = definition;
    const name = promName(definition.name);
    const options = { name, help, registers, labelNames: Object.keys(known).map(promName) };
    switch (instrument) {
      case 'counter': {
        const counter = new library.Counter(options);
        return (value, labels) => counter.inc(labels, value);
      }
      case 'histogram': {
        const histogram = new library.Histogram({ ...options, buckets: [...(boundaries ?? [])] });
        return (value, labels) => histogram.observe(labels, value);
      }
      case 'updowncounter':
      case 'gauge': {
        const gauge = new library.Gauge(options);
        return (value, labels) => gauge.inc(labels, value);
      }
    }
  }, promName);
  const labelNames = ['venue', 'symbol', 'side', 'liquidity', 'strategy'];
  const counter = new library.Counter({ name: 'counter', help: 'counter', registers, labelNames });
  const buckets = [...timedFill.boundaries];
  const histogram = new library.Histogram({
    name: 'histogram',
    help: 'histogram',
    registers,
    labelNames,
    buckets,
  });
  const counters = everySeries((series) => counter.labels(labelsOf(series)));
  const histograms = everySeries((series) => histogram.labels(labelsOf(series)));
  return {
    boundAdd: () => {
      for (let series = 0; series < recordedSeries; series += 1) counters[series]?.inc(1);
    },
    boundRecord: () => {
      for (let series = 0; series < recordedSeries; series += 1)
        histograms[series]?.observe(durations[series] as number);
    },
    add: () => {
      for (let series = 0; series < recordedSeries; series += 1) counter.inc(labelsOf(series), 1);
    },
    order: orderOf(record),
  };
}

function labelsOf(series: number): Record<string, string> {
  return {
    venue: 'binance',
    symbol: symbols[series] as string,
    side: 'buy',
    liquidity: 'taker',
    strategy: 'momentum',
  };
}

function everySeries<T>(create: (series: number) => T): T[] {
  return Array.from({ length: recordedSeries }, (_, series) => create(series));
}

type Write = (value: number, attributes: Record<string, string>) => void;

/** Creates each instrument once. Attributes are copied at each call, as in a program that writes them there. */
function once(create: (definition: MetricDefinition) => Write, rename = (key: string) => key) {
  const instruments = new Map<MetricDefinition, Write>();
  return ({ definition, attributes, value }: Recording): (() => void) => {
    const write = instruments.get(definition) ?? create(definition);
    instruments.set(definition, write);
    const renamed = Object.fromEntries(Object.entries(attributes).map(([key, text]) => [rename(key), text]));
    return () => write(value, { ...renamed });
  };
}

function orderOf(record: (recording: Recording) => () => void): () => void {
  const writes = recordingsOfAnOrder.map(record);
  return () => {
    for (const write of writes) write();
  };
}

function promName(key: string): string {
  return key.replaceAll('.', '_');
}
