import { ExportResultCode as coreExportResultCode } from '@opentelemetry/core';
import * as sdk from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { AggregationTemporality, AggregationType, DataPointType, ExportResultCode, InstrumentType } from './index.ts';

const ours = { AggregationTemporality, AggregationType, DataPointType, ExportResultCode, InstrumentType };
const upstream = { ...sdk, ExportResultCode: coreExportResultCode };

test.each(Object.keys(ours) as (keyof typeof ours)[])("%s has upstream's names and values", (name) => {
  // Numeric enumerations also map values to names.
  const names = Object.entries(upstream[name]).filter(([key]) => Number.isNaN(Number(key)));
  expect(ours[name]).toEqual(Object.fromEntries(names));
});
