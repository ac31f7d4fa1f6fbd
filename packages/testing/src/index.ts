export { createTestTelemetry, type TestHistogram, type TestSeries, type TestTelemetry } from './test-telemetry.ts';
