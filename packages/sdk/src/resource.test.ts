import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenToStderr, setEnvironment } from '../test/support.ts';
import { startTelemetry, type TelemetryOptions } from './index.ts';

beforeEach(() => {
  setEnvironment({ OTEL_METRICS_EXPORTER: 'console' });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('identifies the bot and its runtime, without the command line', async () => {
  await using telemetry = await startTelemetry({
    serviceName: 'bot',
    serviceVersion: '1.2.3',
    mode: 'paper',
    resourceAttributes: { desk: 'a' },
  });
  expect(telemetry.resourceAttributes).toEqual({
    'service.name': 'bot',
    'service.version': '1.2.3',
    'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'trading.mode': 'paper',
    desk: 'a',
    'host.name': expect.any(String),
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': expect.any(String),
    'telemetry.distro.name': 'trademeter',
    'telemetry.distro.version': '0.1.0',
  });
});

test('is named after its package or script, never by a path', async () => {
  await using telemetry = await startTelemetry();
  expect(telemetry.resourceAttributes['service.name']).toMatch(/^[\w@-]+$/u);
});

test.each([
  'service.instance.id=',
  'service.instance.id= ',
  'service.instance.id=%20',
  'a=b,service.instance.id=,',
  'service.instance.id=""',
  'service.instance.id=%00',
])('treats an empty value as unset: OTEL_RESOURCE_ATTRIBUTES=%j', async (variable) => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', variable);
  await using telemetry = await startTelemetry();
  expect(telemetry.resourceAttributes['service.instance.id']).toMatch(/^[0-9a-f-]{36}$/u);
});

test('treats empty identifying attributes in the code as unset', async () => {
  vi.stubEnv('OTEL_SERVICE_NAME', 'bot');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'trading.mode=paper');
  await using telemetry = await startTelemetry({
    resourceAttributes: { 'service.name': '', 'service.instance.id': '', 'trading.mode': '', note: '' },
  });
  expect(telemetry.resourceAttributes).toMatchObject({ 'service.name': 'bot', 'trading.mode': 'paper', note: '' });
  expect(telemetry.resourceAttributes['service.instance.id']).toMatch(/^[0-9a-f-]{36}$/u);
});

test.each<[string, string | undefined, TelemetryOptions]>([
  ['OTEL_RESOURCE_ATTRIBUTES', 'trading.mode=LIVE', {}],
  ['resourceAttributes', undefined, { resourceAttributes: { 'trading.mode': 'Live' } }],
  ['mode', 'trading.mode=paper', { mode: ' LIVE' as 'live' }],
])('reads the mode in %s whatever its case', async (_, variable, options) => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', variable);
  await using telemetry = await startTelemetry(options);
  expect(telemetry.resourceAttributes['trading.mode']).toBe('live');
});

test('prefers the code, then OTEL_SERVICE_NAME, then OTEL_RESOURCE_ATTRIBUTES, then detectors', async () => {
  vi.stubEnv(
    'OTEL_RESOURCE_ATTRIBUTES',
    'service.name=c, service.version=c,desk=c,service.instance.id=c,note=a%2Cb=c,detected=c',
  );
  vi.stubEnv('OTEL_SERVICE_NAME', 'b');
  const detector = { detect: () => ({ attributes: { detected: 'd', own: Promise.resolve('d'), nothing: undefined } }) };
  await using telemetry = await startTelemetry({
    serviceVersion: 'a',
    resourceAttributes: { desk: 'a' },
    resourceDetectors: [detector],
  });
  expect(telemetry.resourceAttributes).toMatchObject({
    'service.name': 'b',
    'service.version': 'a',
    'service.instance.id': 'c',
    desk: 'a',
    note: 'a,b=c',
    detected: 'c',
    own: 'd',
  });
});

test('has a new service.instance.id at each start', async () => {
  const ids = new Set<unknown>();
  for (let start = 0; start < 3; start += 1) {
    await using telemetry = await startTelemetry();
    ids.add(telemetry.resourceAttributes['service.instance.id']);
  }
  expect(ids.size).toBe(3);
});

test('runs the detectors that OTEL_NODE_RESOURCE_DETECTORS names, instead of the built-in one', async () => {
  vi.stubEnv('OTEL_NODE_RESOURCE_DETECTORS', 'os');
  await using telemetry = await startTelemetry();
  expect(Object.keys(telemetry.resourceAttributes)).toContain('os.type');
  expect(Object.keys(telemetry.resourceAttributes)).not.toContain('host.name');
});

test('survives detectors that hang or throw', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { lines } = listenToStderr();
  const starting = startTelemetry({
    resourceDetectors: [
      { detect: () => ({ attributes: { slow: new Promise<string>(() => {}), quick: 'yes' } }) },
      { detect: () => ({ attributes: { failing: Promise.reject(new Error('no network')) } }) },
      {
        detect() {
          throw new Error('broken');
        },
      },
    ],
  });
  await vi.advanceTimersByTimeAsync(3_000);
  await using telemetry = await starting;
  expect(telemetry.resourceAttributes).toMatchObject({ quick: 'yes' });
  expect(lines.toSorted()).toEqual([
    '[trademeter/sdk] warn: a resource detector did not find slow within 3000 ms. The attribute is omitted.',
    '[trademeter/sdk] warn: a resource detector failed. Its attributes are omitted. broken',
    '[trademeter/sdk] warn: a resource detector failed. Its attributes are omitted. no network',
  ]);
});
