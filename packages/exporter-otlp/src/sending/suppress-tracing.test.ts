import { ROOT_CONTEXT } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { expect, test } from 'vitest';
import { suppressTracing } from './suppress-tracing.ts';

test("is recognized by OpenTelemetry's own packages", () => {
  expect(isTracingSuppressed(ROOT_CONTEXT)).toBe(false);
  expect(isTracingSuppressed(suppressTracing(ROOT_CONTEXT))).toBe(true);
});
