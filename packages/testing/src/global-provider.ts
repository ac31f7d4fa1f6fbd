import { type MeterProvider, metrics } from '@opentelemetry/api';
import { announceMeterProvider } from '@trademeter/instrumentation';
import { registered } from './registered.ts';

/** Providers that are no longer registered, each with the one that it replaced. */
const ended = new WeakMap<object, MeterProvider | undefined>();

/**
 * Registers a global meter provider instead of the current one, and announces it as `startTelemetry` does.
 *
 * @returns a function that restores the previous provider, unless another one was registered since
 */
export function registerGlobally(provider: MeterProvider): () => void {
  const before = registered('metrics') as MeterProvider | undefined;
  replaceGlobal(provider);
  return () => {
    ended.set(provider, before);
    if (registered('metrics') !== provider) return;
    let previous = before;
    // providers need not end in the reverse order of their start
    while (previous && ended.has(previous)) previous = ended.get(previous);
    replaceGlobal(previous);
  };
}

function replaceGlobal(provider: MeterProvider | undefined): void {
  metrics.disable();
  if (provider) metrics.setGlobalMeterProvider(provider);
  announceMeterProvider();
}
