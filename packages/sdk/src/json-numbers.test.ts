import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { OtlpReceiver } from '@trademeter/test-support';
import { afterEach, expect, test, vi } from 'vitest';
import { setEnvironment } from '../test/support.ts';
import { startTelemetry } from './index.ts';

/** OpenTelemetry's own SDK records what is not finite; the metric store does not. */
class ForeignReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

afterEach(() => vi.unstubAllEnvs());

test("numbers that are not finite are written as in protobuf's JSON and do not affect others", async () => {
  setEnvironment({});
  await using receiver = await OtlpReceiver.start();
  const reader = new ForeignReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('foreign');
  await using telemetry = await startTelemetry({
    exporters: [{ type: 'otlp', protocol: 'http/json', url: `${receiver.url}/v1/metrics` }],
    metricProducers: [reader],
  });
  const gauge = meter.createGauge('load');
  for (const [index, value] of [Number.NaN, Infinity, -Infinity, 0.5].entries()) gauge.record(value, { index });
  meter.createHistogram('wait').record(Infinity);
  meter.createHistogram('size').record(2);
  await telemetry.flush();
  const text = String(receiver.received[0]?.body);
  expect(text).not.toContain('null');
  const recorded = text.match(/"asDouble":[^}]+/g)?.filter((value) => value !== '"asDouble":0');
  expect(recorded).toEqual(['"asDouble":"NaN"', '"asDouble":"Infinity"', '"asDouble":"-Infinity"', '"asDouble":0.5']);
  expect(text.match(/"(?:sum|min|max)":(?:"\w+"|\d+)/g)).toEqual([
    '"sum":"Infinity"',
    '"min":"Infinity"',
    '"max":"Infinity"',
    '"sum":2',
    '"min":2',
    '"max":2',
  ]);
});
