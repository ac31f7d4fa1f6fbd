import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import { log } from './diagnostics.ts';
import type { Instrumentation } from './options.ts';

/** The part of `@trademeter/instrumentation-runtime` that is used. */
interface RuntimeModule {
  runtimeInstrumentations(): Instrumentation[];
}

/** The part of OpenTelemetry's instrumentations that is used. */
type HttpModule = Readonly<Record<string, new (config: object) => Instrumentation>>;

/**
 * Loads instrumentations for a bot without any in its code: the process, Node's runtime, and outgoing HTTP calls. Each is
 * used if its package is installed.
 */
export async function loadInstalledInstrumentations(): Promise<Instrumentation[]> {
  const loaded = await Promise.all([loadRuntime(), loadHttp(), loadUndici()]);
  return loaded.flat();
}

/** One description for the metric that both HTTP instrumentations record: an endpoint can show only one. */
export const views: readonly ViewOptions[] = [
  { instrumentName: 'http.client.request.duration', description: 'Duration of HTTP client requests.' },
];

async function loadRuntime(): Promise<Instrumentation[]> {
  const found = await importInstalled<RuntimeModule>('@trademeter/instrumentation-runtime');
  return found?.runtimeInstrumentations() ?? [];
}

/** `node:http` and `node:https`. */
async function loadHttp(): Promise<Instrumentation[]> {
  const found = await importInstalled<HttpModule>('@opentelemetry/instrumentation-http');
  if (found?.['HttpInstrumentation'] === undefined) return [];
  // Incoming requests are scrapes, not calls of the bot.
  const instrumentation = new found['HttpInstrumentation']({ disableIncomingRequestInstrumentation: true });
  // It patches the modules when they are required; also update the bindings of those who imported them.
  const requireModule = createRequire(import.meta.url);
  for (const name of ['node:http', 'node:https']) requireModule(name);
  syncBuiltinESMExports();
  return [instrumentation];
}

/** `fetch`. */
async function loadUndici(): Promise<Instrumentation[]> {
  const found = await importInstalled<HttpModule>('@opentelemetry/instrumentation-undici');
  return found?.['UndiciInstrumentation'] === undefined ? [] : [new found['UndiciInstrumentation']({})];
}

/** `undefined` if the package is not installed, or fails to load, which is logged. */
async function importInstalled<M>(packageName: string): Promise<M | undefined> {
  try {
    return (await import(packageName)) as M;
  } catch (error) {
    const isMissing = error instanceof Error && Reflect.get(error, 'code') === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing || !error.message.includes(`'${packageName}'`)) {
      log.warn(`${packageName} could not be loaded, so its metrics are missing.`, error);
    }
    return undefined;
  }
}
