export { ConfigurationError } from '@trademeter/config';
export type { DropReason } from './dropped-measurements.ts';
export type { Exemplar, ExemplarFilter } from './exemplars/exemplar-store.ts';
export type { BoundCounter, BoundRecorder } from './instruments/bound.ts';
export type { StoreCounter, StoreGauge, StoreHistogram, StoreUpDownCounter } from './instruments/instruments.ts';
export type { StoreMeter } from './meter.ts';
export { type MeterOptions, MeterProvider, type TimeoutOptions } from './meter-provider.ts';
export type { ObservableInstrument } from './observation/observable-instrument.ts';
export type { MeterProviderOptions, StoreViewOptions } from './options.ts';
export { GuardedProducer, type GuardedProducerOptions, ProducerError } from './readers/guarded-producer.ts';
export { SettledResources } from './readers/settled-resources.ts';
export { type SnapshotCollection, SnapshotReader } from './readers/snapshot-reader.ts';
export { isValidValue, validMetrics } from './readers/valid-metrics.ts';
export { createResource, defaultResource, emptyResource } from './resource.ts';
export {
  AggregationTemporality,
  AggregationType,
  DataPointType,
  ExportResultCode,
  InstrumentType,
} from './sdk-constants.ts';
export {
  isSnapshotProducer,
  type ScopeSnapshot,
  type Snapshot,
  type SnapshotProducer,
  type SnapshotSeries,
  type StreamSnapshot,
} from './snapshot/snapshot.ts';
export type { Descriptor } from './streams/descriptor.ts';
export type { ExponentialLayout } from './streams/exponential-histogram-stream.ts';
export type { HistogramLayout } from './streams/histogram-stream.ts';
export type { ExponentialHistogramValue, HistogramValue, PointValue } from './streams/stream.ts';
