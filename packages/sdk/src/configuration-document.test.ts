import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listenToStderr, setEnvironment } from '../test/support.ts';
import { startTelemetry } from './index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const document = read('../../../docs/configuration.md');
const exporterDocument = read('../../exporter-prometheus/README.md');
const source = read('environment.ts') + read('otlp-environment.ts');
const exporterSource = read('../../exporter-prometheus/src/environment.ts');

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const anyText: ReadonlySet<string> = new Set(['OTEL_SERVICE_NAME', 'TRADEMETER_PUSHGATEWAY_JOB']);

/** The variables in tables of the documents, with the values that their row lists. */
const documented = new Map(
  [...`${document}${exporterDocument}`.matchAll(/^\|.*`(?:OTEL|TRADEMETER)_\w+`.*\|$/gm)].flatMap(([row]) => {
    const [, list = ''] = /(?:One|Any) of ([^.]+)\./u.exec(row) ?? [];
    const variables = [...row.matchAll(/`((?:OTEL|TRADEMETER)_\w+)`/g)];
    return variables.map(([, variable = '']) => [variable, list.replaceAll('`', '')] as const);
  }),
);
const restricted = [...documented].filter(([variable]) => !anyText.has(variable));

/** Variables that the document names as `…_METRICS_ENDPOINT`. */
const shortened: ReadonlySet<string> = new Set(
  [...document.matchAll(/`…(_\w+)`/g)].map(([, ending]) => `OTEL_EXPORTER_OTLP${ending}`),
);

/** A value that the variable does not allow; for one that needs another, a value that would be right with it. */
function wrongValue(variable: string): string {
  if (/BASIC_AUTH_USER|CERT_FILE|CLIENT_CERTIFICATE$/.test(variable)) return certificateFile('client.crt');
  if (/PASSWORD_HASH|KEY(_FILE)?$|CLIENT_CA_FILE/.test(variable)) return certificateFile('client.key');
  return variable === 'OTEL_EXPORTER_PROMETHEUS_HOST' ? '192.0.2.1' : '? ?';
}

function certificateFile(name: string): string {
  return fileURLToPath(new URL(`../../exporter-prometheus/src/testdata/tls/${name}`, import.meta.url));
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

test.each(restricted)('a wrong %s is reported with the values that the document lists', async (variable, allowed) => {
  const messages = await messagesFor({
    OTEL_METRICS_EXPORTER: exporterOf(variable),
    ...(variable.endsWith('INSECURE') && { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    [variable]: wrongValue(variable),
  });
  expect(messages).toContain(variable);
  expect(messages).toContain(allowed);
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
    const missing = [...whole, ...otlp, ...web].filter((name) => !documented.has(name));
    expect(missing.filter((name) => !shortened.has(name))).toEqual([]);
    expect(web.length).toBeGreaterThan(7);
    expect(otlp.length).toBeGreaterThan(5);
    expect(restricted.length).toBeGreaterThan(25);
    expect(restricted.filter(([, allowed]) => allowed !== '').length).toBeGreaterThan(5);
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
