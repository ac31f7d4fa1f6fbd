import { type MeterProvider, metrics } from '@opentelemetry/api';
import { announceMeterProvider } from '@trademeter/instrumentation';
import { registered } from './registered.ts';

/** Providers that were registered here and are not any more, each with the one that it replaced. */
const ended = new WeakMap<object, MeterProvider | undefined>();

/**
 * Registers a global meter provider in place of the one that there is, and announces it as `startTelemetry` does.
 *
 * @returns what restores the provider that was there before, unless another one has come since
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
