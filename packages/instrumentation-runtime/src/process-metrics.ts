import { readFile } from 'node:fs/promises';
import type { Meter as ApiMeter } from '@opentelemetry/api';
import { defineMetric } from '@trademeter/instrumentation';
import type { Scope } from './runtime-instrumentation.ts';

/** @see https://opentelemetry.io/docs/specs/semconv/system/process-metrics/ */
export const processUptime = defineMetric({
  name: 'process.uptime',
  instrument: 'gauge',
  unit: 's',
  description: 'Time that the process has been running.',
  attributes: {},
});

/** @see https://opentelemetry.io/docs/specs/semconv/system/process-metrics/ */
export const processMemoryVirtual = defineMetric({
  name: 'process.memory.virtual',
  instrument: 'updowncounter',
  unit: 'By',
  description: 'Virtual memory of the process.',
  attributes: {},
});

/** Records metrics of the process that OpenTelemetry's host metrics lack. */
export function measureProcess({ name, version, meterProvider }: Scope): () => void {
  // An instrument of the API, because reading a file needs an asynchronous callback.
  const meter = meterProvider.getMeter(name, version);
  const uptime = meter.createObservableGauge(processUptime.name, processUptime);
  const virtualMemory = meter.createObservableUpDownCounter(processMemoryVirtual.name, processMemoryVirtual);
  const observables = [uptime, virtualMemory];
  const callback: Parameters<ApiMeter['addBatchObservableCallback']>[0] = async (result) => {
    result.observe(uptime, process.uptime());
    const bytes = await virtualMemoryBytes();
    if (bytes !== undefined) result.observe(virtualMemory, bytes);
  };
  meter.addBatchObservableCallback(callback, observables);
  return () => meter.removeBatchObservableCallback(callback, observables);
}

/** Available on Linux only. Elsewhere Node would need a child process for each reading. */
async function virtualMemoryBytes(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kibibytes = /^VmSize:\s+(\d+) kB$/mu.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
