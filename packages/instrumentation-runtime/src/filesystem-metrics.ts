import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Meter as ApiMeter } from '@opentelemetry/api';
import { defineMetric } from '@trademeter/instrumentation';
import type { Attach } from './runtime-instrumentation.ts';

const mountpointAttribute = {
  'system.filesystem.mountpoint': { type: 'string', requirement: 'recommended' },
} as const;

/** @see https://opentelemetry.io/docs/specs/semconv/system/system-metrics/#filesystem-metrics */
export const systemFilesystemUsage = defineMetric({
  name: 'system.filesystem.usage',
  instrument: 'updowncounter',
  unit: 'By',
  description: "Space of the file system that has the bot's data, by state; the states add up to its size.",
  attributes: {
    ...mountpointAttribute,
    'system.filesystem.state': { type: 'string', requirement: 'recommended', values: ['used', 'free', 'reserved'] },
  },
});

/** @see https://opentelemetry.io/docs/specs/semconv/system/system-metrics/#filesystem-metrics */
export const systemFilesystemUtilization = defineMetric({
  name: 'system.filesystem.utilization',
  instrument: 'gauge',
  unit: '1',
  description: 'Used share, from 0 to 1, of what the bot may use of the file system that has its data.',
  attributes: mountpointAttribute,
});

/** A file system on an unreachable server may answer after minutes, or never. A scrape must not wait for it. */
const longestMilliseconds = 1_000;

/** Records the file system of a directory, which need not exist yet. */
export function measureFilesystem(directory: string): Attach {
  const path = resolve(directory);
  let reading: Promise<Space | undefined> | undefined;

  /** One read at a time, because each occupies one of Node's four threads for this. */
  function read(): Promise<Space | undefined> {
    reading ??= readSpace(path)
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  return ({ name, version, meterProvider }) => {
    // An instrument of the API, because reading a file system needs an asynchronous callback.
    const meter = meterProvider.getMeter(name, version);
    const usage = meter.createObservableUpDownCounter(systemFilesystemUsage.name, systemFilesystemUsage);
    const utilization = meter.createObservableGauge(systemFilesystemUtilization.name, systemFilesystemUtilization);
    const observables = [usage, utilization];
    const callback: Parameters<ApiMeter['addBatchObservableCallback']>[0] = async (result) => {
      const space = await atMost(longestMilliseconds, read());
      if (space === undefined) return;
      const { mountpoint, bytes } = space;
      const of = { 'system.filesystem.mountpoint': mountpoint };
      for (const state of ['used', 'free', 'reserved'] as const) {
        result.observe(usage, bytes[state], { ...of, 'system.filesystem.state': state });
      }
      // Like df and the Collector: space that is reserved for root is neither used nor free.
      const usable = bytes.used + bytes.free;
      if (usable > 0) result.observe(utilization, bytes.used / usable, of);
    };
    meter.addBatchObservableCallback(callback, observables);
    return () => meter.removeBatchObservableCallback(callback, observables);
  };
}

interface Space {
  readonly mountpoint: string;
  readonly bytes: Readonly<Record<'used' | 'free' | 'reserved', number>>;
}

async function readSpace(path: string): Promise<Space> {
  const existing = await nearestExisting(path);
  const { bsize, blocks, bfree, bavail } = await statfs(existing);
  return {
    mountpoint: await mountpointOf(existing),
    bytes: {
      used: (blocks - bfree) * bsize,
      free: bavail * bsize,
      // Space that only root may use.
      reserved: (bfree - bavail) * bsize,
    },
  };
}

/** The directory, or its nearest existing parent, which is on the same file system. */
async function nearestExisting(path: string): Promise<string> {
  for (let candidate = path; ; candidate = dirname(candidate)) {
    if (candidate === dirname(candidate)) return candidate;
    const exists = await stat(candidate).then(
      () => true,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
        throw error;
      },
    );
    if (exists) return candidate;
  }
}

/** The highest parent directory on the same device. */
async function mountpointOf(path: string): Promise<string> {
  const { dev } = await stat(path);
  let mountpoint = path;
  for (;;) {
    const above = dirname(mountpoint);
    if (above === mountpoint || (await stat(above)).dev !== dev) return mountpoint;
    mountpoint = above;
  }
}

function atMost<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((settle) => {
    const timer = setTimeout(() => settle(undefined), milliseconds);
    timer.unref();
    void promise.then((value) => {
      clearTimeout(timer);
      settle(value);
    });
  });
}
