import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { setEnvironment } from '../test/support.ts';
import { startTelemetry } from './index.ts';

const document = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const source = ['environment.ts', 'otlp-environment.ts']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');
const exporterSource = readFileSync(new URL('../../exporter-prometheus/src/environment.ts', import.meta.url), 'utf8');

afterEach(() => vi.unstubAllEnvs());

function pemFor(variable: string): string {
  const name = variable.endsWith('KEY') ? 'client.key' : 'client.crt';
  return fileURLToPath(new URL(`../../exporter-prometheus/src/testdata/tls/${name}`, import.meta.url));
}

/** The rows of tables that say what is said of a wrong variable. One that needs another would be right for itself. */
const rows = [
  ...document.matchAll(/^\| `(OTEL_\w+)` +\|.*\| `(\1 (?:must .*, got "?([^"\n]*)"?|also needs .*))` +\|$/gm),
].map(([, variable = '', message = '', value = pemFor(variable)]) => ({ variable, message, value }));

test.each(rows)('of a wrong $variable is said what the document says', async ({ variable, message, value }) => {
  setEnvironment({
    OTEL_METRICS_EXPORTER: variable.includes('PROMETHEUS') ? 'prometheus' : 'otlp',
    ...(variable.endsWith('INSECURE') && { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    [variable]: value,
  });
  await expect(startTelemetry()).rejects.toThrow(`[trademeter/sdk] ${message}`);
});

test('every variable that is read is in the document', () => {
  const whole = source.match(/OTEL_\w*[A-Z]\b/g) ?? [];
  const otlp = [...source.matchAll(/findOtlp\(environment, '(\w+)'\)/g)].map(
    ([, name]) => `OTEL_EXPORTER_OTLP_${name}`,
  );
  const web = [...exporterSource.matchAll(/\['\w+', '([A-Z_]+)'\]/g)].map(
    ([, name]) => `OTEL_EXPORTER_PROMETHEUS_${name}`,
  );
  const missing = [...whole, ...otlp, ...web].filter((name) => !document.includes(name));
  expect(missing).toEqual([]);
  expect(web.length).toBeGreaterThan(7);
  expect(otlp.length).toBeGreaterThan(5);
  expect(rows.length).toBeGreaterThan(15);
});
