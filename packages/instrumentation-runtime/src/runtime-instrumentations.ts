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
import { measureFilesystem } from './filesystem-metrics.ts';
import { type HttpRoute, measureHttpBodySizes } from './http-body-sizes.ts';
import { measureProcess } from './process-metrics.ts';
import { createInstrumentation, type RuntimeInstrumentation } from './runtime-instrumentation.ts';

/** A group of OpenTelemetry's host metrics. */
export type HostMetricGroup = 'process.cpu' | 'process.memory' | 'system.cpu' | 'system.memory' | 'system.network';

/** What {@link runtimeInstrumentations} measures. */
export interface RuntimeInstrumentationsOptions {
  /** Where the bot keeps its data: the file system of it is measured. Default: the working directory. */
  readonly dataDirectory?: string | undefined;
  /**
   * Which of OpenTelemetry's host metrics to collect. Default: all but `system.network`. `system.cpu` makes ten series
   * for each core of the machine: leave it out where that is too many.
   */
  readonly hostMetricGroups?: readonly HostMetricGroup[] | undefined;
  /** Milliseconds between two looks at the event loop; finer ones cost more. Default: 10. */
  readonly eventLoopResolutionMillis?: number | undefined;
  /** Whether the bodies of the HTTP requests that the process serves are measured. Default: true. */
  readonly httpBodySizes?: boolean | undefined;
  /**
   * How the route of a request is found for `http.route`. Default: as OpenTelemetry's instrumentations of HTTP and of the
   * framework have it; without them, as Express has it, for what is not in a router that is mounted on a path.
   */
  readonly httpRoute?: HttpRoute | undefined;
  /** Where to record, from now on. Default: where the SDK says that they are handed to. */
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
 * OpenTelemetry's own instrumentations of the host and of Node, configured for a bot, and what they lack: the time that
 * the process is up, its virtual memory, the file system of its data, and the sizes of HTTP bodies. Hand them to the
 * SDK, ours or another, which starts them.
 *
 * @throws ConfigurationError when an option is wrong (`ERR_TRADEMETER_OPTION`), or when OpenTelemetry's instrumentations
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
  const instrumentations: RuntimeInstrumentation[] = [
    // Not enabled yet: when they are made after an SDK has started, they would register on it twice, once by themselves
    // and once when it is handed them, and then divide by the time of 0 that lies between two readings.
    // Without a group it is left out: it takes no groups for a mistake and logs it.
    ...(hostMetricGroups.length > 0
      ? [new HostMetricsInstrumentation({ enabled: false, metricGroups: [...hostMetricGroups] })]
      : []),
    new RuntimeNodeInstrumentation({ enabled: false, monitoringPrecision: eventLoopResolutionMillis }),
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

/** Loaded here and not above: they take 40 ms, which somebody who only counts errors need not wait for. */
function loadOpenTelemetry() {
  try {
    // in the `try`: `import.meta.url` is undefined where a bundler made a CommonJS file of this module
    const require = createRequire(import.meta.url);
    const { HostMetricsInstrumentation } = require('@opentelemetry/instrumentation-host-metrics') as typeof HostMetrics;
    const { RuntimeNodeInstrumentation } = require('@opentelemetry/instrumentation-runtime-node') as typeof RuntimeNode;
    return { HostMetricsInstrumentation, RuntimeNodeInstrumentation };
  } catch {
    throw new ConfigurationError(
      'instrumentation-runtime',
      'runtimeInstrumentations cannot load @opentelemetry/instrumentation-host-metrics and instrumentation-runtime-node, which are installed with this package. Is it part of a bundle? Then mark @trademeter/instrumentation-runtime as external and install it next to the bundle',
      { code: 'ERR_TRADEMETER_MISSING_PACKAGE', option: 'runtimeInstrumentations', value: undefined },
    );
  }
}
