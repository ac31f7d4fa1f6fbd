import { type MeterProvider as ApiMeterProvider, createNoopMeter, metrics } from '@opentelemetry/api';
import { ConfigurationError, Problems, throwOnOldNode } from '@trademeter/config';
import { announceMeterProvider, countDrops, type DropReason, onLateRecording } from '@trademeter/instrumentation';
import { MeterProvider, type MeterProviderOptions, type DropReason as StoreDropReason } from '@trademeter/metric-store';
import { SCHEMA_URL } from '@trademeter/semantic-conventions';
import type { ConfiguredReader } from './configured-reader.ts';
import { installLogger, log } from './diagnostics.ts';
import { isDisabled, readExemplarFilter, readLogLevel } from './environment.ts';
import { checkTopLevel, type Instrumentation, type TelemetryOptions, usualFlushTimeoutMillis } from './options.ts';
import { planOutputs } from './outputs.ts';
import { detectResource, planResource } from './resource.ts';
import { idleTelemetry, runTelemetry, type Telemetry } from './telemetry.ts';
import { version } from './version.ts';
import { planViews } from './views.ts';

const detectionTimeoutMillis = 3_000;

/** The store's reasons as the conventions name them. */
const dropReasons = {
  invalid_value: 'invalid_value',
  negative_value: 'negative_value',
  infinite_sum: 'infinite_sum',
  error: 'sdk_error',
} as const satisfies Readonly<Record<StoreDropReason, DropReason>>;

let isStarted = false;

/**
 * startTelemetry starts telemetry. What instrumentations record from now on, created before or after, is exported as the
 * options or else the `OTEL_` environment variables say. By default it is served to Prometheus at
 * `http://localhost:9464/metrics`.
 *
 * @throws ConfigurationError if a setting is wrong (`ERR_TRADEMETER_OPTION`; all wrong settings are listed), if telemetry
 * or another OpenTelemetry SDK is already running (`ERR_TRADEMETER_STARTED`), if the package for gRPC is not installed
 * (`ERR_TRADEMETER_MISSING_PACKAGE`), or if Node.js is too old (`ERR_TRADEMETER_NODE_VERSION`)
 * @example
 * const telemetry = await startTelemetry({ serviceName: 'momentum-bot' });
 */
export async function startTelemetry(options: TelemetryOptions = {}): Promise<Telemetry> {
  return startWith(options, async () => []);
}

/**
 * Starts telemetry with instrumentations that are loaded once it runs.
 *
 * @param loadInstrumentations never rejects
 */
export async function startWith(
  options: TelemetryOptions,
  loadInstrumentations: () => Promise<readonly Instrumentation[]>,
): Promise<Telemetry> {
  throwOnOldNode('sdk');
  if (isStarted) {
    throw startedError(
      'telemetry was already started in this process, by startTelemetry() or by --import @trademeter/sdk/register: start it only once, or call shutdown() first',
    );
  }
  isStarted = true;
  try {
    const onEnd = (): void => {
      isStarted = false;
    };
    return await start(options, loadInstrumentations, onEnd);
  } catch (error) {
    isStarted = false;
    throw error;
  }
}

async function start(
  options: TelemetryOptions,
  loadInstrumentations: () => Promise<readonly Instrumentation[]>,
  onEnd: () => void,
): Promise<Telemetry> {
  const environment = process.env;
  const problems = new Problems('sdk');
  // First, so that telemetry can be turned off even if other settings are wrong.
  if (isDisabled(environment, problems)) return idleTelemetry(onEnd);
  const logLevel = readLogLevel(environment, problems);
  if (!checkTopLevel(options, problems)) problems.throwIfAny();
  const outputPlans = await planOutputs(options, environment, problems);
  const views = planViews(options, problems);
  const exemplarFilter = readExemplarFilter(environment, problems);
  const resourcePlan = planResource(options, environment, problems);
  problems.throwIfAny();
  installLogger(logLevel);
  for (const doubt of problems.doubts) log.warn(doubt);
  if (outputPlans.length === 0) return idleTelemetry(onEnd);
  throwIfForeign();

  const resource = await detectResource(resourcePlan, detectionTimeoutMillis);
  const configured = await Promise.all(outputPlans.map((make) => make()));
  const readers = configured.map(({ reader }) => reader);
  const meterProvider = createMeterProvider({ resource, views, readers, exemplarFilter });
  recordExports(meterProvider, configured);
  register(meterProvider);
  const instrumentations = [...(options.instrumentations ?? []), ...(await loadInstrumentations())];
  for (const instrumentation of instrumentations) attach(instrumentation, meterProvider);
  await Promise.all(configured.flatMap(({ scrapeEndpoint }) => scrapeEndpoint?.start() ?? []));

  return runTelemetry({
    meterProvider,
    resourceAttributes: resource.attributes,
    readers: configured,
    flushTimeoutMillis: options.flushTimeoutMillis ?? usualFlushTimeoutMillis,
    flushesOnExit: options.flushOnExit !== false,
    onEnd,
  });
}

/**
 * Creates the meter provider. It records metrics about its readers, and counts dropped measurements in the same metric as
 * typed instruments do.
 *
 * @throws ConfigurationError if a reader of the user is already in use
 */
function createMeterProvider(options: MeterProviderOptions): MeterProvider {
  try {
    const meterProvider: MeterProvider = new MeterProvider({
      ...options,
      sdkMetricsEnabled: true,
      onDrop: (reason) => countDrops(meterProvider, { [dropReasons[reason]]: 1 }),
    });
    countDrops(meterProvider, {});
    return meterProvider;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError('sdk', `exporters: a reader cannot be used: ${reason}`, {
      code: 'ERR_TRADEMETER_OPTION',
      option: 'exporters',
      value: options.readers,
    });
  }
}

function recordExports(meterProvider: MeterProvider, configured: readonly ConfiguredReader[]): void {
  const meter = meterProvider.getMeter('@trademeter/sdk', version, { schemaUrl: SCHEMA_URL });
  const counts = new Map<string, number>();
  for (const { exportMetrics } of configured) {
    if (exportMetrics === undefined) continue;
    const number = counts.get(exportMetrics.type) ?? 0;
    counts.set(exportMetrics.type, number + 1);
    exportMetrics.recordOn(meter, number);
  }
}

function throwIfForeign(): void {
  // The API has no other way to find out that no provider is registered.
  if (metrics.getMeterProvider().getMeter('@trademeter/sdk') === createNoopMeter()) return;
  throw startedError(
    'another OpenTelemetry SDK has registered its meter provider in this process: start only one of the two. Instrumentations of trademeter record to that SDK too, without startTelemetry()',
  );
}

function register(meterProvider: MeterProvider): void {
  if (!metrics.setGlobalMeterProvider(meterProvider)) {
    void meterProvider.shutdown();
    throw startedError(
      'the OpenTelemetry API did not accept the meter provider: another one was registered earlier and shut down, or two versions of @opentelemetry/api are installed',
    );
  }
  onLateRecording(undefined);
  announceMeterProvider();
}

function attach(instrumentation: Instrumentation, meterProvider: ApiMeterProvider): void {
  try {
    instrumentation.setMeterProvider(meterProvider);
    // An instrumentation enables itself when created, unless its config says otherwise.
    if (instrumentation.getConfig().enabled !== true) instrumentation.enable();
  } catch (error) {
    log.error(`the instrumentation ${instrumentation.instrumentationName} failed to start.`, error);
  }
}

function startedError(problem: string): ConfigurationError {
  return new ConfigurationError('sdk', problem, {
    code: 'ERR_TRADEMETER_STARTED',
    option: 'startTelemetry',
  });
}
