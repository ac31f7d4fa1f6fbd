import { createRequire } from 'node:module';
import type { MeterProvider } from '@opentelemetry/api';
import type * as HostMetrics from '@opentelemetry/instrumentation-host-metrics';
import type * as RuntimeNode from '@opentelemetry/instrumentation-runtime-node';
import {
  anyBoolean,
  anyFunction,
  ConfigurationError,
  checkOptions,
  listOf,
  meterProviderOption,
  nonEmptyString,
  numberBetween,
  oneOf,
} from '@trademeter/instrumentation';
import { repeatLastDelays } from './event-loop-delay.ts';
import { measureFilesystem } from './filesystem-metrics.ts';
import { type HttpRoute, measureHttpBodySizes } from './http-body-sizes.ts';
import { measureProcess } from './process-metrics.ts';
import { createInstrumentation, type RuntimeInstrumentation } from './runtime-instrumentation.ts';

/** A group of OpenTelemetry's host metrics. */
export type HostMetricGroup = 'process.cpu' | 'process.memory' | 'system.cpu' | 'system.memory' | 'system.network';

/** Options of {@link runtimeInstrumentations}. */
export interface RuntimeInstrumentationsOptions {
  /**
   * The directory of the bot's data, whose file system is recorded; it need not exist yet.
   *
   * @default the working directory
   */
  readonly dataDirectory?: string | undefined;
  /**
   * The groups of OpenTelemetry's host metrics to collect; `[]` for none. `system.cpu` makes ten series for each core
   * of the machine: omit it if that is too many.
   *
   * @default all except `system.network`
   */
  readonly hostMetricGroups?: readonly HostMetricGroup[] | undefined;
  /**
   * Milliseconds between two samples of the event loop. An idle loop has about this delay; shorter intervals cost more.
   *
   * @default 10
   */
  readonly eventLoopResolutionMillis?: number | undefined;
  /**
   * Whether the body sizes of HTTP requests to the process are recorded.
   *
   * @default true
   */
  readonly httpBodySizes?: boolean | undefined;
  /**
   * Returns the route of a request for `http.route`.
   *
   * @default the route of OpenTelemetry's instrumentations; without them, that of Express, except for a router mounted on a path
   */
  readonly httpRoute?: HttpRoute | undefined;
  /**
   * Where to record, immediately.
   *
   * @default the SDK that the instrumentations are passed to
   */
  readonly meterProvider?: MeterProvider | undefined;
}

const allGroups: readonly HostMetricGroup[] = [
  'process.cpu',
  'process.memory',
  'system.cpu',
  'system.memory',
  'system.network',
];
const usualGroups = allGroups.filter((group) => group !== 'system.network');

const metricGroups = listOf(oneOf(...allGroups), allGroups.join(', '));

/**
 * Creates OpenTelemetry's instrumentations of the host and of Node, configured for a bot, and instrumentations for what
 * they lack: the uptime and virtual memory of the process, the file system of its data, and the sizes of HTTP bodies.
 * Pass them to an SDK, which starts them.
 *
 * @throws ConfigurationError if an option is invalid (`ERR_TRADEMETER_OPTION`), or if OpenTelemetry's instrumentations
 * cannot be loaded because this package is part of a bundle (`ERR_TRADEMETER_MISSING_PACKAGE`)
 * @example
 * await startTelemetry({ instrumentations: runtimeInstrumentations({ dataDirectory: './data' }) });
 */
export function runtimeInstrumentations(options?: RuntimeInstrumentationsOptions): RuntimeInstrumentation[] {
  checkOptions('instrumentation-runtime', options, {
    dataDirectory: nonEmptyString,
    hostMetricGroups: metricGroups,
    eventLoopResolutionMillis: numberBetween(1, 60_000),
    httpBodySizes: anyBoolean,
    httpRoute: anyFunction,
    meterProvider: meterProviderOption,
  });
  const {
    dataDirectory = process.cwd(),
    hostMetricGroups = usualGroups,
    eventLoopResolutionMillis = 10,
    httpBodySizes = true,
    httpRoute,
    meterProvider,
  } = options ?? {};
  const { HostMetricsInstrumentation, RuntimeNodeInstrumentation } = loadOpenTelemetry();
  const node = new RuntimeNodeInstrumentation({ enabled: false, monitoringPrecision: eventLoopResolutionMillis });
  const setNodeProvider = node.setMeterProvider.bind(node);
  node.setMeterProvider = (provider) =>
    setNodeProvider(repeatLastDelays(provider, eventLoopResolutionMillis, () => node.isEnabled()));
  const instrumentations: RuntimeInstrumentation[] = [
    // Created disabled. After the start of an SDK they would otherwise register twice, by themselves and by the SDK,
    // and then divide by a time of 0 between two readings. Omitted without groups, because it logs an empty list as a
    // mistake.
    ...(hostMetricGroups.length > 0
      ? [new HostMetricsInstrumentation({ enabled: false, metricGroups: [...hostMetricGroups] })]
      : []),
    node,
    createInstrumentation('@trademeter/instrumentation-runtime/process', measureProcess),
    createInstrumentation('@trademeter/instrumentation-runtime/filesystem', measureFilesystem(dataDirectory)),
  ];
  if (httpBodySizes) {
    instrumentations.push(
      createInstrumentation('@trademeter/instrumentation-runtime/http', measureHttpBodySizes(httpRoute)),
    );
  }
  if (meterProvider !== undefined) {
    for (const instrumentation of instrumentations) {
      instrumentation.setMeterProvider(meterProvider);
      instrumentation.enable();
    }
  }
  return instrumentations;
}

/** Loaded on demand: they take 40 ms, which a bot that only counts errors should not wait for. */
function loadOpenTelemetry() {
  try {
    // in the `try`, because `import.meta.url` is undefined if a bundler converted this module to CommonJS
    const require = createRequire(import.meta.url);
    const { HostMetricsInstrumentation } = require('@opentelemetry/instrumentation-host-metrics') as typeof HostMetrics;
    const { RuntimeNodeInstrumentation } = require('@opentelemetry/instrumentation-runtime-node') as typeof RuntimeNode;
    return { HostMetricsInstrumentation, RuntimeNodeInstrumentation };
  } catch {
    throw new ConfigurationError(
      'instrumentation-runtime',
      'runtimeInstrumentations could not load @opentelemetry/instrumentation-host-metrics and instrumentation-runtime-node, which are installed with this package. If it is part of a bundle, mark @trademeter/instrumentation-runtime as external and install it next to the bundle',
      { code: 'ERR_TRADEMETER_MISSING_PACKAGE', option: 'runtimeInstrumentations', value: undefined },
    );
  }
}
