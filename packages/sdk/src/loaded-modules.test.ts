import { fileURLToPath } from 'node:url';
import { OtlpReceiver, startBot } from '@trademeter/test-support';
import { expect, test } from 'vitest';

/** Starts telemetry in a separate process, and returns the modules that it loaded, by package. */
async function modulesOf(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const bot = `
    import { registerHooks } from 'node:module';
    const urls = new Set();
    registerHooks({ load: (url, context, next) => (urls.add(url), next(url, context)) });
    const { startTelemetry } = await import('@trademeter/sdk');
    const telemetry = await startTelemetry({ flushOnExit: false });
    console.log(JSON.stringify([...urls]));
    await telemetry.shutdown();`;
  await using program = startBot({
    nodeOptions: ['--input-type=module', '-e', bot],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...environment },
  });
  const { stdout } = await program.succeeds();
  // The console exporter prints after it.
  return JSON.parse(stdout.split('\n', 1)[0] ?? '') as string[];
}

test.each(['prometheus', 'otlp', 'console'])(
  'a bot with the exporter %s loads the API alone of OpenTelemetry',
  async (exporter) => {
    const urls = await modulesOf({
      OTEL_METRICS_EXPORTER: exporter,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    });
    const packages = urls.flatMap(
      (url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/u.exec(url)?.[1] ?? [],
    );
    expect([...new Set(packages)]).toEqual(['@opentelemetry/api']);
  },
);

const isOfPushes = (url: string): boolean =>
  /\/exporter-otlp\/|\/sdk\/src\/(?:push-outputs|otlp|pushgateway|stdout-exporter|metric-table)/u.test(url);

test('a bot that is scraped loads no module that only pushes need', async () => {
  const scraped = await modulesOf({});
  expect(scraped.filter((url) => url.includes('/exporter-prometheus/')).length).toBeGreaterThan(10);
  expect(scraped.filter(isOfPushes)).toEqual([]);

  await using receiver = await OtlpReceiver.start();
  const pushes = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}` };
  expect((await modulesOf(pushes)).filter(isOfPushes).length).toBeGreaterThan(10);
});
