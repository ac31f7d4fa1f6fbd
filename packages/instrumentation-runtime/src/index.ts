export type { Dependency } from './dependency.ts';
export type {
  CheckContext,
  CheckFunction,
  CheckOptions,
  DependencyCheck,
  DependencyState,
} from './dependency-check.ts';
export { systemFilesystemUsage, systemFilesystemUtilization } from './filesystem-metrics.ts';
export { type HttpRoute, httpServerRequestBodySize, httpServerResponseBodySize } from './http-body-sizes.ts';
export {
  type Alert,
  type AlertSent,
  type ErrorFacts,
  type ErrorSeverity,
  instrumentRuntime,
  type RuntimeMetrics,
  type RuntimeOptions,
} from './instrument-runtime.ts';
export { processMemoryVirtual, processUptime } from './process-metrics.ts';
export type { RuntimeInstrumentation } from './runtime-instrumentation.ts';
export {
  type HostMetricGroup,
  type RuntimeInstrumentationsOptions,
  runtimeInstrumentations,
} from './runtime-instrumentations.ts';
export type { Timers } from './timers.ts';
