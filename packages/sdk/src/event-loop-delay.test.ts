import { runtimeInstrumentations } from '@trademeter/instrumentation-runtime';
import { sampleLines } from '@trademeter/test-support';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTelemetry, type Telemetry } from './index.ts';

describe('the delay of the event loop is served', () => {
  let instrumentations: ReturnType<typeof runtimeInstrumentations>;
  let served: Telemetry;

  beforeEach(async () => {
    instrumentations = runtimeInstrumentations();
    const exporters = [{ type: 'prometheus', host: '127.0.0.1', port: 0 }] as const;
    served = await startTelemetry({ exporters, instrumentations });
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await served.shutdown();
  });

  async function delays(): Promise<string[]> {
    const text = await (await fetch(served.endpoints[0]?.url ?? '')).text();
    return sampleLines(text).filter((line) => line.startsWith('nodejs_eventloop_delay_'));
  }

  test('for every reader, however soon it reads after another one', async () => {
    await expect.poll(delays).toHaveLength(7);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    for (let reader = 0; reader < 20; reader += 1) expect(await delays()).toHaveLength(7);
  });

  test('never from long ago: a blocked loop has no low delay', async () => {
    await expect.poll(delays).toHaveLength(7);
    const { now } = performance;
    let passed = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => Reflect.apply(now, performance, []) + passed);
    const aSecondLater = async () => {
      passed += 1_000;
      return delays();
    };
    // on a slow machine, it may have been sampled five times more
    await expect.poll(aSecondLater, { interval: 0 }).toEqual([]);
  });

  test('not after its instrumentation was disabled', async () => {
    await expect.poll(delays).toHaveLength(7);
    for (const each of instrumentations) each.disable();
    expect(await delays()).toEqual([]);
  });
});
