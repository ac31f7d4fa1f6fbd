import type { ExportResultCode as CoreExportResultCode } from '@opentelemetry/core';
import type {
  AggregationTemporality as SdkAggregationTemporality,
  AggregationType as SdkAggregationType,
  DataPointType as SdkDataPointType,
  InstrumentType as SdkInstrumentType,
} from '@opentelemetry/sdk-metrics';

// The enumerations of `@opentelemetry/sdk-metrics` and `@opentelemetry/core`, which have eighty modules: a process that
// only needs these values starts faster without them. A test compares them with upstream's.

export const AggregationTemporality = { DELTA: 0, CUMULATIVE: 1 } as unknown as typeof SdkAggregationTemporality;
export type AggregationTemporality = SdkAggregationTemporality;

export const AggregationType = {
  DEFAULT: 0,
  DROP: 1,
  SUM: 2,
  LAST_VALUE: 3,
  EXPLICIT_BUCKET_HISTOGRAM: 4,
  EXPONENTIAL_HISTOGRAM: 5,
} as unknown as typeof SdkAggregationType;
export type AggregationType = SdkAggregationType;

export const DataPointType = {
  HISTOGRAM: 0,
  EXPONENTIAL_HISTOGRAM: 1,
  GAUGE: 2,
  SUM: 3,
} as unknown as typeof SdkDataPointType;
export type DataPointType = SdkDataPointType;

export const InstrumentType = {
  COUNTER: 'COUNTER',
  GAUGE: 'GAUGE',
  HISTOGRAM: 'HISTOGRAM',
  UP_DOWN_COUNTER: 'UP_DOWN_COUNTER',
  OBSERVABLE_COUNTER: 'OBSERVABLE_COUNTER',
  OBSERVABLE_GAUGE: 'OBSERVABLE_GAUGE',
  OBSERVABLE_UP_DOWN_COUNTER: 'OBSERVABLE_UP_DOWN_COUNTER',
} as unknown as typeof SdkInstrumentType;
export type InstrumentType = SdkInstrumentType;

export const ExportResultCode = { SUCCESS: 0, FAILED: 1 } as unknown as typeof CoreExportResultCode;
export type ExportResultCode = CoreExportResultCode;
