import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import { log } from './diagnostics.ts';
import type { Instrumentation } from './options.ts';

/** What is needed of `@trademeter/instrumentation-runtime`. */
interface RuntimeModule {
  runtimeInstrumentations(): Instrumentation[];
}

/** What is needed of OpenTelemetry's instrumentations. */
type HttpModule = Readonly<Record<string, new (config: object) => Instrumentation>>;

/**
 * The instrumentations of a bot that has none in its code: of the process, of Node's runtime, and of the HTTP calls that
 * it makes. Each is used when its package is installed.
 */
export async function loadInstalledInstrumentations(): Promise<Instrumentation[]> {
  const loaded = await Promise.all([loadRuntime(), loadHttp(), loadUndici()]);
  return loaded.flat();
}

/** The two instrumentations of HTTP calls describe their metric differently, and an endpoint shows one description. */
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
  // Scrapes are no calls of the bot's.
  const instrumentation = new found['HttpInstrumentation']({ disableIncomingRequestInstrumentation: true });
  // It replaces functions when somebody requires the modules; those who import them are to see it as well.
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

/** `undefined` for a package that is not installed, and for one that fails, which is logged. */
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
