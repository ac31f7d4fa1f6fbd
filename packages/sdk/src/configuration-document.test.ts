import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listenToStderr, setEnvironment } from '../test/support.ts';
import { startTelemetry } from './index.ts';

const document = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const source = ['environment.ts', 'otlp-environment.ts']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');
const exporterSource = readFileSync(new URL('../../exporter-prometheus/src/environment.ts', import.meta.url), 'utf8');

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The rows of tables about variables that do not allow any text; the last cell says what is allowed. */
const rows = [...document.matchAll(/^\| `((?:OTEL|TRADEMETER)_\w+)` +\|.*\| ([^|]+?) +\|$/gm)]
  .map(([, variable = '', allowed = '']) => ({ variable, allowed: allowed.replaceAll('`', '') }))
  .filter(({ allowed }) => allowed !== 'any text');

/** Variables that the document names as `…_METRICS_ENDPOINT`. */
const shortened: ReadonlySet<string> = new Set(
  [...document.matchAll(/`…(_\w+)`/g)].map(([, ending]) => `OTEL_EXPORTER_OTLP${ending}`),
);

/** A value that the variable does not allow; for one that needs another, a value that would be right with it. */
function wrongValue(variable: string, allowed: string): string {
  if (allowed.startsWith('needs ')) {
    const name = variable.endsWith('KEY') ? 'client.key' : 'client.crt';
    return fileURLToPath(new URL(`../../exporter-prometheus/src/testdata/tls/${name}`, import.meta.url));
  }
  return variable === 'OTEL_EXPORTER_PROMETHEUS_HOST' ? '192.0.2.1' : '? ?';
}

function exporterOf(variable: string): string {
  return ['PROMETHEUS', 'PUSHGATEWAY'].find((name) => variable.includes(name))?.toLowerCase() ?? 'otlp';
}

/** What the SDK says about these variables, thrown or logged. */
async function messagesFor(variables: Readonly<Record<string, string>>): Promise<string> {
  setEnvironment(variables);
  const { lines } = listenToStderr();
  try {
    await using _ = await startTelemetry({ flushTimeoutMillis: 1 });
  } catch (error) {
    lines.push(error instanceof Error ? error.message : String(error));
  }
  return lines.join('\n');
}

test.each(rows)('a wrong $variable is reported with what the document allows', async ({ variable, allowed }) => {
  const messages = await messagesFor({
    OTEL_METRICS_EXPORTER: exporterOf(variable),
    ...(variable.endsWith('INSECURE') && { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    [variable]: wrongValue(variable, allowed),
  });
  const [rule = ''] = allowed.replace(/^needs /u, `${variable} also needs `).split(';');
  expect(messages).toContain(variable);
  expect(messages).toContain(rule);
});

describe('the document has every', () => {
  test('variable that is read', () => {
    const whole = source.match(/(?:OTEL|TRADEMETER)_\w*[A-Z]\b/g) ?? [];
    const otlp = [...source.matchAll(/findOtlp\(environment, '(\w+)'\)/g)].map(
      ([, name]) => `OTEL_EXPORTER_OTLP_${name}`,
    );
    const web = [...exporterSource.matchAll(/\['\w+', '([A-Z_]+)'\]/g)].map(
      ([, name]) => `OTEL_EXPORTER_PROMETHEUS_${name}`,
    );
    const missing = [...whole, ...otlp, ...web].filter((name) => !document.includes(name));
    expect(missing.filter((name) => !shortened.has(name))).toEqual([]);
    expect(web.length).toBeGreaterThan(7);
    expect(otlp.length).toBeGreaterThan(5);
    expect(rows.length).toBeGreaterThan(25);
  });

  test.each([
    ['startTelemetry', { unknown: true }],
    ['an OTLP exporter', { exporters: [{ type: 'otlp', unknown: true }] }],
    ['a Pushgateway exporter', { exporters: [{ type: 'pushgateway', unknown: true }] }],
    ['a console exporter', { exporters: [{ type: 'console', unknown: true }] }],
  ])('option of %s', async (_, options) => {
    setEnvironment({});
    const error: unknown = await startTelemetry(options as never).catch((reason: unknown) => reason);
    const known = /; the options are (.*)$/u.exec(String(error))?.[1]?.split(', ') ?? [];
    expect(known.length).toBeGreaterThan(2);
    expect(known.filter((name) => !new RegExp(`[\`{ .]${name}\\b`, 'u').test(document))).toEqual([]);
  });
});
