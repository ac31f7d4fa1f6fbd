export { type CapturedLogs, type CaptureOptions, captureLogs, type LogEntry, type LogLevel } from './captured-logs.ts';
export {
  createTestTelemetry,
  type GlobalTestTelemetry,
  type TestHistogram,
  type TestSeries,
  type TestTelemetry,
  type TestTelemetryOptions,
} from './test-telemetry.ts';
