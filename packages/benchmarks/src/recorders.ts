import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import * as successor from '@prometheus-io/client';
import { createMeter } from '@trademeter/instrumentation';
import { instrumentOrders } from '@trademeter/instrumentation-orders';
import type { MetricDefinition } from '@trademeter/semantic-conventions';
import { tradingOrderFills } from '@trademeter/semantic-conventions';
import * as promClient from 'prom-client';
import type { PeerName } from './peer-names.ts';
import { type Recording, recordingsOfAnOrder, singleRecording } from './recordings.ts';

/** What is timed, in one library. Each call records once. */
export interface Recorder {
  /** An order from placed to filled: twelve recordings. */
  readonly order: () => void;
  /** One add to a counter whose attributes were given before; `undefined` where there is no such thing. */
  readonly boundAdd: (() => void) | undefined;
  /** One add to a counter with its attributes. */
  readonly unboundAdd: () => void;
}

/** The recorders, by library. */
export const recorders: Readonly<Record<PeerName, () => Recorder>> = {
  trademeter: recordWithTrademeter,
  opentelemetry: recordWithOpenTelemetry,
  'prom-client': () => recordWithPromClient(promClient),
  'prometheus-io': () => recordWithPromClient(successor as unknown as typeof promClient),
};

function recordWithTrademeter(): Recorder {
  const meterProvider = providerWithReader();
  const orders = instrumentOrders({ venue: 'binance', strategy: 'momentum', meterProvider });
  const counter = createMeter({ name: 'benchmark', version: '1.0.0', meterProvider }).counter(tradingOrderFills);
  const attributes = singleRecording.attributes as Parameters<typeof counter.bind>[0];
  const bound = counter.bind(attributes);
  return {
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
    boundAdd: () => bound.add(1),
    unboundAdd: () => counter.add(1, attributes),
  };
}

function recordWithOpenTelemetry(): Recorder {
  const meter = providerWithReader().getMeter('benchmark');
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
  return recorderOf(record, undefined);
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
  const { attributes } = singleRecording;
  const counter = new library.Counter({
    name: 'bound',
    help: 'bound',
    registers,
    labelNames: Object.keys(attributes).map(promName),
  });
  const child = counter.labels(
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [promName(key), value])),
  );
  return recorderOf(record, () => child.inc(1));
}

type Write = (value: number, attributes: Record<string, string>) => void;

/** Makes each instrument once; what is recorded is copied at each call, as a program writes it down. */
function once(create: (definition: MetricDefinition) => Write, rename = (key: string) => key) {
  const instruments = new Map<MetricDefinition, Write>();
  return ({ definition, attributes, value }: Recording): (() => void) => {
    const write = instruments.get(definition) ?? create(definition);
    instruments.set(definition, write);
    const renamed = Object.fromEntries(Object.entries(attributes).map(([key, text]) => [rename(key), text]));
    return () => write(value, { ...renamed });
  };
}

function recorderOf(record: (recording: Recording) => () => void, boundAdd: Recorder['boundAdd']): Recorder {
  const writes = recordingsOfAnOrder.map(record);
  return {
    order: () => {
      for (const write of writes) write();
    },
    boundAdd,
    unboundAdd: record(singleRecording),
  };
}

function promName(key: string): string {
  return key.replaceAll('.', '_');
}

/** An SDK that records, and is not collected meanwhile. */
function providerWithReader(): MeterProvider {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60 * 60 * 1_000 });
  return new MeterProvider({ readers: [reader] });
}
