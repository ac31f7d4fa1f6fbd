import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { PrometheusExporter } from '@trademeter/exporter-prometheus';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listenToStderr, setEnvironment } from '../test/support.ts';
import { ConfigurationError, startTelemetry, type TelemetryOptions } from './index.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function errorOf(options: unknown): Promise<ConfigurationError> {
  try {
    const telemetry = await startTelemetry(options as TelemetryOptions);
    await telemetry.shutdown();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('it started');
}

const otlp = { OTEL_METRICS_EXPORTER: 'otlp' };
const tlsFile = (name: string): string =>
  fileURLToPath(new URL(`../../exporter-prometheus/src/testdata/tls/${name}`, import.meta.url));

describe('a wrong variable stops startTelemetry and is named with its value and what is allowed', () => {
  test.each<[string, Record<string, string>, string, unknown?]>([
    [
      'OTEL_METRICS_EXPORTER must be none, or a list of prometheus, otlp, pushgateway, console, got "promtheus"',
      { OTEL_METRICS_EXPORTER: 'promtheus' },
      'OTEL_METRICS_EXPORTER',
    ],
    [
      'OTEL_METRICS_EXPORTER must be none, or a list of prometheus, otlp, pushgateway, console, got "none,otlp"',
      { OTEL_METRICS_EXPORTER: 'none,otlp' },
      'OTEL_METRICS_EXPORTER',
    ],
    [
      'OTEL_METRICS_EXPORTER must be none, or a list of prometheus, otlp, pushgateway, console, got ","',
      { OTEL_METRICS_EXPORTER: ',' },
      'OTEL_METRICS_EXPORTER',
    ],
    ['OTEL_SDK_DISABLED must be one of true, false, got "yes"', { OTEL_SDK_DISABLED: 'yes' }, 'OTEL_SDK_DISABLED'],
    [
      'OTEL_METRICS_EXEMPLAR_FILTER must be one of trace_based, always_on, always_off, got "sampled"',
      { OTEL_METRICS_EXEMPLAR_FILTER: 'sampled' },
      'OTEL_METRICS_EXEMPLAR_FILTER',
    ],
    [
      'OTEL_LOG_LEVEL must be one of none, error, warn, info, debug, verbose, all, got "loud"',
      { OTEL_LOG_LEVEL: 'loud' },
      'OTEL_LOG_LEVEL',
    ],
    [
      'OTEL_EXPORTER_PROMETHEUS_PORT must be an integer from 0 to 65535, got "65536"',
      { OTEL_EXPORTER_PROMETHEUS_PORT: '65536' },
      'OTEL_EXPORTER_PROMETHEUS_PORT',
    ],
    [
      'OTEL_EXPORTER_PROMETHEUS_PORT must be an integer from 0 to 65535, got "0x10"',
      { OTEL_EXPORTER_PROMETHEUS_PORT: '0x10' },
      'OTEL_EXPORTER_PROMETHEUS_PORT',
    ],
    [
      'OTEL_METRIC_EXPORT_INTERVAL must be a whole number of milliseconds from 1 to 2147483647, got "30s"',
      { ...otlp, OTEL_METRIC_EXPORT_INTERVAL: '30s' },
      'OTEL_METRIC_EXPORT_INTERVAL',
    ],
    [
      'OTEL_METRIC_EXPORT_INTERVAL must be a whole number of milliseconds from 1 to 2147483647, got "0"',
      { ...otlp, OTEL_METRIC_EXPORT_INTERVAL: '0' },
      'OTEL_METRIC_EXPORT_INTERVAL',
    ],
    [
      // A longer timer fires at once, and then every millisecond.
      'OTEL_METRIC_EXPORT_INTERVAL must be a whole number of milliseconds from 1 to 2147483647, got "2147483648"',
      { ...otlp, OTEL_METRIC_EXPORT_INTERVAL: '2147483648' },
      'OTEL_METRIC_EXPORT_INTERVAL',
    ],
    [
      'OTEL_METRIC_EXPORT_TIMEOUT must be at most the export interval, 1000 ms, got 2000',
      { ...otlp, OTEL_METRIC_EXPORT_INTERVAL: '1000', OTEL_METRIC_EXPORT_TIMEOUT: '2000' },
      'OTEL_METRIC_EXPORT_TIMEOUT',
    ],
    [
      'OTEL_EXPORTER_OTLP_PROTOCOL must be one of http/protobuf, http/json, grpc, got "http"',
      { ...otlp, OTEL_EXPORTER_OTLP_PROTOCOL: 'http' },
      'OTEL_EXPORTER_OTLP_PROTOCOL',
    ],
    [
      'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL must be one of http/protobuf, http/json, grpc, got "proto"',
      { ...otlp, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'proto' },
      'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
    ],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL that begins with http:// or https://, got "localhost:4318"',
      { ...otlp, OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT',
    ],
    [
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT must be a URL that begins with http:// or https://, got "http://"',
      { ...otlp, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://' },
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    ],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL that begins with http://, https:// or unix:, or host:port, got "ftp://x"',
      { ...otlp, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://x' },
      'OTEL_EXPORTER_OTLP_ENDPOINT',
    ],
    [
      'TRADEMETER_PUSHGATEWAY_URL must be a URL that begins with http:// or https://, got "localhost:9091"',
      { OTEL_METRICS_EXPORTER: 'pushgateway', TRADEMETER_PUSHGATEWAY_URL: 'localhost:9091' },
      'TRADEMETER_PUSHGATEWAY_URL',
    ],
    [
      'OTEL_EXPORTER_OTLP_INSECURE must be one of true, false, got "1"',
      { ...otlp, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_INSECURE: '1' },
      'OTEL_EXPORTER_OTLP_INSECURE',
    ],
    [
      'OTEL_EXPORTER_OTLP_TIMEOUT must be a whole number of milliseconds from 1 to 2147483647, got "-1"',
      { ...otlp, OTEL_EXPORTER_OTLP_TIMEOUT: '-1' },
      'OTEL_EXPORTER_OTLP_TIMEOUT',
    ],
    [
      'OTEL_EXPORTER_OTLP_COMPRESSION must be one of none, gzip, got "zstd"',
      { ...otlp, OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' },
      'OTEL_EXPORTER_OTLP_COMPRESSION',
    ],
    [
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE must be one of cumulative, delta, lowmemory, got "detla"',
      { ...otlp, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'detla' },
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    ],
    [
      'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION must be one of explicit_bucket_histogram, base2_exponential_bucket_histogram, got "exponential"',
      { ...otlp, OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'exponential' },
      'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
    ],
    [
      'OTEL_EXPORTER_OTLP_CERTIFICATE must be a readable regular file of at most 1048576 bytes, got "/nowhere/ca.pem"',
      { ...otlp, OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem' },
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
    ],
    [
      'OTEL_EXPORTER_OTLP_CERTIFICATE must be a readable regular file of at most 1048576 bytes, got "/dev/null"',
      { ...otlp, OTEL_EXPORTER_OTLP_CERTIFICATE: '/dev/null' },
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
    ],
    [
      // Without the password.
      'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL that begins with http:// or https://, got "htp://localhost:4318"',
      { ...otlp, OTEL_EXPORTER_OTLP_ENDPOINT: 'htp://user:pass@localhost:4318?key=secret' },
      'OTEL_EXPORTER_OTLP_ENDPOINT',
    ],
    [
      'OTEL_METRIC_EXPORT_INTERVAL must be a whole number of milliseconds from 1 to 2147483647, got "30s"',
      { OTEL_METRICS_EXPORTER: 'otlp,console', OTEL_METRIC_EXPORT_INTERVAL: '30s' },
      'OTEL_METRIC_EXPORT_INTERVAL',
    ],
    [
      'OTEL_EXPORTER_OTLP_CLIENT_KEY also needs OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE',
      { ...otlp, OTEL_EXPORTER_OTLP_CLIENT_KEY: tlsFile('client.key') },
      'OTEL_EXPORTER_OTLP_CLIENT_KEY',
    ],
    [
      'OTEL_RESOURCE_ATTRIBUTES must be key=value,key=value, percent-encoded (a comma is %2C), but entry 2 is malformed, got "team=a,desk"',
      { OTEL_RESOURCE_ATTRIBUTES: 'team=a,desk' },
      'OTEL_RESOURCE_ATTRIBUTES',
    ],
    [
      'OTEL_RESOURCE_ATTRIBUTES must be key=value,key=value, percent-encoded (a comma is %2C), but entry 1 is malformed, got "share=100%"',
      { OTEL_RESOURCE_ATTRIBUTES: 'share=100%' },
      'OTEL_RESOURCE_ATTRIBUTES',
    ],
    [
      'the resource attribute trading.mode must be one of live, paper, backtest, got "demo"',
      { OTEL_RESOURCE_ATTRIBUTES: 'trading.mode=demo' },
      'the resource attribute trading.mode',
    ],
    [
      'OTEL_NODE_RESOURCE_DETECTORS must be a list of all, none, env, host, os, process, serviceinstance, got "hosts"',
      { OTEL_NODE_RESOURCE_DETECTORS: 'hosts' },
      'OTEL_NODE_RESOURCE_DETECTORS',
    ],
  ])('%s', async (message, environment, option) => {
    setEnvironment(environment);
    const error = await errorOf({});
    expect(error.message).toBe(`[trademeter/sdk] ${message}`);
    expect(error).toMatchObject({ code: 'ERR_TRADEMETER_OPTION', option });
  });

  test.each([
    'Authorization',
    'Authorization=Bearer secret,=secret',
    'bad name=secret',
    'x=secret;secret',
    'x=',
    'x=%E0%A4%A',
  ])('OTEL_EXPORTER_OTLP_HEADERS=%s, without printing the secret', async (headers) => {
    setEnvironment({ ...otlp, OTEL_EXPORTER_OTLP_HEADERS: headers });
    const error = await errorOf({});
    expect(error.message).toMatch(
      /^\[trademeter\/sdk\] OTEL_EXPORTER_OTLP_HEADERS must be name=value,name=value, percent-encoded \(a comma is %2C\), but entry [12] is malformed$/,
    );
    expect(String(error.value)).not.toContain('secret');
  });
});

describe('a wrong option stops startTelemetry and is named with its value and what is allowed', () => {
  test.each<[string, unknown]>([
    ['options must be an object, got "bot"', 'bot'],
    [
      'there is no option servceName (did you mean serviceName?); the options are serviceName, serviceVersion, serviceInstanceId, mode, resourceAttributes, resourceDetectors, exporters, metricProducers, metrics, buckets, views, instrumentations, view, flushOnExit, flushTimeoutMillis',
      { servceName: 'bot' },
    ],
    ['serviceName must be a non-empty string, got ""', { serviceName: '' }],
    ['mode must be one of live, paper, backtest, got "prod"', { mode: 'prod' }],
    [
      'flushTimeoutMillis must be a whole number of milliseconds from 1 to 2147483647, got 0',
      { flushTimeoutMillis: 0 },
    ],
    ['flushOnExit must be true or false, got "no"', { flushOnExit: 'no' }],
    [
      'resourceDetectors must be a list of OpenTelemetry resource detectors, got [an object]',
      { resourceDetectors: [{}] },
    ],
    [
      "instrumentations must be a list of OpenTelemetry instrumentations (do not list trademeter's own), got [an object]",
      { instrumentations: [{ place() {} }] },
    ],
    [
      'exporters[1] must be one of prometheus, otlp, pushgateway, console, none, an object whose type is one of prometheus, otlp, pushgateway, console, or an OpenTelemetry MetricReader, got "statsd"',
      { exporters: ['console', 'statsd'] },
    ],
    [
      'exporters[0] must be one of prometheus, otlp, pushgateway, console, none, an object whose type is one of prometheus, otlp, pushgateway, console, or an OpenTelemetry MetricReader, got "jaeger"',
      { exporters: [{ type: 'jaeger' }] },
    ],
    [
      'exporters must be only none, or a list without none, got ["none", "console"]',
      { exporters: ['none', 'console'] },
    ],
    [
      'there is no option exporters[0].endpoint; the options are type, exportIntervalMillis, exportTimeoutMillis, url, protocol, agent, headers, timeoutMillis, compression, temporality, maxExportBatchSize',
      { exporters: [{ type: 'otlp', endpoint: 'http://x' }] },
    ],
    [
      'exporters[0].url must be a URL that begins with http:// or https://, got "localhost:4318"',
      { exporters: [{ type: 'otlp', url: 'localhost:4318' }] },
    ],
    [
      'exporters[0].headers must not contain Content-Length, which the HTTP client sets itself',
      { exporters: [{ type: 'otlp', headers: { 'Content-Length': '3' } }] },
    ],
    [
      'exporters[0].agent must be an http.Agent or https.Agent, got "proxy:3128"',
      { exporters: [{ type: 'otlp', agent: 'proxy:3128' }] },
    ],
    [
      'exporters[0].agent cannot be used with grpc, only with OTLP over HTTP',
      { exporters: [{ type: 'otlp', protocol: 'grpc', agent: new Agent() }] },
    ],
    [
      'exporters[0].headers cannot be used with grpc: set OTEL_EXPORTER_OTLP_HEADERS instead',
      { exporters: [{ type: 'otlp', protocol: 'grpc', headers: {} }] },
    ],
    [
      'exporters[0].exportTimeoutMillis must be at most the export interval, 100 ms, got 200',
      { exporters: [{ type: 'console', exportIntervalMillis: 100, exportTimeoutMillis: 200 }] },
    ],
    [
      'exporters[0].port must be an integer from 0 to 65535, got "9464"',
      { exporters: [{ type: 'prometheus', port: '9464' }] },
    ],
    [
      'there is no option exporters[0].exportIntervalMillis; the options are type, url, job, grouping, intervalMillis, headers, timeoutMillis, deleteOnShutdown',
      { exporters: [{ type: 'pushgateway', exportIntervalMillis: 1_000 }] },
    ],
    [
      'exporters[0].url must be a URL that begins with http:// or https://, got a value that is not shown, because it may be a secret',
      { exporters: [{ type: 'pushgateway', url: 'localhost:9091' }] },
    ],
    [
      'exporters[0].grouping.run must be a string, got 7',
      { exporters: [{ type: 'pushgateway', grouping: { run: 7 } }] },
    ],
    [
      'exporters[0].intervalMillis must be a whole number of milliseconds from 1 to 2147483647, got "60"',
      { exporters: [{ type: 'pushgateway', intervalMillis: '60' }] },
    ],
    ['metricProducers must be a list of OpenTelemetry metric producers, got [an object]', { metricProducers: [{}] }],
    [
      'buckets["trading.order.fill"]: no metric has this name; did you mean trading.order.fill.duration?',
      { buckets: { 'trading.order.fill': [1, 2] } },
    ],
    [
      'buckets["trading_order_fill_duration_seconds"] must be a non-empty list of finite, ascending numbers, got [1, 3, 2]',
      { buckets: { trading_order_fill_duration_seconds: [1, 3, 2] } },
    ],
    [
      'buckets["trading.order.fill.duration"] must be a non-empty list of finite, ascending numbers, got [1, Infinity]',
      { buckets: { 'trading.order.fill.duration': [1, Number.POSITIVE_INFINITY] } },
    ],
    [
      'buckets["trading.order.placed"]: a counter has no buckets; only histograms have them',
      { buckets: { 'trading.order.placed': [1, 2] } },
    ],
    [
      'buckets["http.*"]: the name must be that of one metric; for patterns, use the views option',
      { buckets: { 'http.*': [1, 2] } },
    ],
    [
      'buckets["trading.order.fill.duration"] must be a non-empty list of finite, ascending numbers, got undefined',
      { buckets: { 'trading.order.fill.duration': undefined } },
    ],
    ['views[0].instrumentName must be a non-empty string, got 5', { views: [{ instrumentName: 5 }] }],
    [
      'views[0].instrumentType must be one of COUNTER, GAUGE, HISTOGRAM, UP_DOWN_COUNTER, OBSERVABLE_COUNTER, OBSERVABLE_GAUGE, OBSERVABLE_UP_DOWN_COUNTER, got "nope"',
      { views: [{ instrumentType: 'nope' }] },
    ],
    [
      "views[0].aggregation must be one of OpenTelemetry's aggregations, got null",
      { views: [{ instrumentName: 'a', aggregation: null }] },
    ],
    [
      'views[0].aggregation.options.boundaries must be a non-empty list of finite, ascending numbers, got undefined',
      {
        views: [{ instrumentName: 'a', aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: {} } }],
      },
    ],
    [
      'views[0].aggregationCardinalityLimit must be a whole number above 0, got -1',
      { views: [{ instrumentName: 'a', aggregationCardinalityLimit: -1 }] },
    ],
    [
      "views[0].attributesProcessors must be a list of OpenTelemetry's attribute processors, got [an object]",
      { views: [{ instrumentName: 'a', attributesProcessors: [{}] }] },
    ],
    [
      'resourceAttributes must be an object of strings, numbers, booleans, or lists of these, got an object',
      { resourceAttributes: { team: { name: 'a' } } },
    ],
    [
      'exporters[0].headers must be an object of header names and values, got a value that is not shown, because it may be a secret',
      { exporters: [{ type: 'otlp', headers: { 'bad name': 'x' } }] },
    ],
    [
      'exporters[0].url must be a URL that begins with http:// or https://, got "collector:4317"',
      { exporters: [{ type: 'otlp', url: 'collector:4317' }] },
    ],
    [
      'views[0] must select instruments by at least one of instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl',
      { views: [{ name: 'x' }] },
    ],
    [
      'views[0].name also needs an instrumentName without a wildcard',
      { views: [{ name: 'x', instrumentName: 'a.*' }] },
    ],
    [
      'buckets["trading.order.fill.duration"] has no effect, because views[0] matches that metric',
      { buckets: { 'trading.order.fill.duration': [1] }, views: [{ instrumentName: 'trading.*' }] },
    ],
    [
      'metrics[0]: the instrument of metric "my.metric" must be counter, updowncounter, gauge, histogram, got "summary"',
      { metrics: [{ name: 'my.metric', instrument: 'summary', unit: '1', description: '', attributes: {} }] },
    ],
    [
      'metrics[0]: a metric named trading.order.placed already exists',
      {
        metrics: [{ name: 'trading.order.placed', instrument: 'counter', unit: '1', description: '', attributes: {} }],
      },
    ],
  ])('%s', async (message, options) => {
    setEnvironment({});
    const error = await errorOf(options);
    expect(error.message).toBe(`[trademeter/sdk] ${message}`);
    expect(error.code).toBe('ERR_TRADEMETER_OPTION');
  });

  test('together with all other problems', async () => {
    setEnvironment({
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_TIMEOUT: 'x',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'y',
    });
    const error = await errorOf({ nme: 1 });
    expect(error.message.split('\n')).toEqual([
      '[trademeter/sdk] 3 settings are wrong:',
      expect.stringContaining('  - there is no option nme; the options are serviceName,'),
      '  - OTEL_EXPORTER_OTLP_TIMEOUT must be a whole number of milliseconds from 1 to 2147483647, got "x"',
      '  - OTEL_EXPORTER_OTLP_COMPRESSION must be one of none, gzip, got "y"',
    ]);
    expect(error.option).toBe('nme');
  });
});

test.each([' ', '""', "''"])('an empty variable counts as unset: %j', async (empty) => {
  setEnvironment({ OTEL_METRICS_EXPORTER: 'none' });
  for (const name of ['OTEL_LOG_LEVEL', 'OTEL_SDK_DISABLED', 'OTEL_RESOURCE_ATTRIBUTES']) vi.stubEnv(name, empty);
  await using telemetry = await startTelemetry();
  expect(telemetry.endpoints).toEqual([]);
});

test('an error of the exporter is a ConfigurationError of the sdk', () => {
  expect(() => new PrometheusExporter({ port: 70_000, preventServerStart: true })).toThrow(ConfigurationError);
});

test('spaces around the port of the environment are trimmed', async () => {
  const other = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true });
  await other.startServer();
  const port = other.address?.port;
  await other.stopServer();
  setEnvironment({ OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1 ', OTEL_EXPORTER_PROMETHEUS_PORT: ` ${port} ` });
  await using telemetry = await startTelemetry();
  expect(telemetry.endpoints).toMatchObject([{ url: `http://127.0.0.1:${port}/metrics` }]);
});

test('everything that is wrong with a scrape endpoint is reported at once', async () => {
  setEnvironment({});
  const error = await errorOf({ exporters: [{ type: 'prometheus', prot: 1, endpoint: 5, prefix: '1' }] });
  expect(error.problems.map(({ option }) => option)).toEqual([
    'exporters[0].prot',
    'exporters[0].prefix',
    'exporters[0].endpoint',
  ]);
  expect(error.message).toContain('  - there is no option exporters[0].prot (did you mean port?); the options are ');
  expect(error.message).toContain('  - exporters[0].endpoint must be a path such as "/metrics", got 5');
});

test('wrong headers are not shown', async () => {
  setEnvironment({});
  const error = await errorOf({ exporters: [{ type: 'otlp', headers: ['authorization=s3cret'] }] });
  expect(inspect(error)).not.toContain('s3cret');
});

test('the value of an unknown option is not shown, because it may be a token', async () => {
  setEnvironment({});
  const error = await errorOf({ exporters: [{ type: 'prometheus', bearertoken: 's3cret' }] });
  expect(error.message).toContain('there is no option exporters[0].bearertoken (did you mean bearerToken?);');
  expect(inspect(error)).not.toContain('s3cret');
});

test('a reader that is already in use is reported by its option', async () => {
  setEnvironment({});
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
  });
  const telemetry = await startTelemetry({ exporters: [reader] });
  await telemetry.shutdown();
  const error = await errorOf({ exporters: [reader] });
  expect(error.message).toBe(
    '[trademeter/sdk] exporters: a reader cannot be used: MetricReader can not be bound to a MeterProvider again.',
  );
});

test.each([
  'content-length',
  'Transfer-Encoding',
  'connection',
  'TE',
  'trailer',
  'upgrade',
  'keep-alive',
  'content-encoding',
  'proxy-connection',
])('a header that the HTTP client sets itself is rejected: %s', async (name) => {
  setEnvironment({ ...otlp, OTEL_EXPORTER_OTLP_METRICS_HEADERS: `x-tenant=a,${name}=secret` });
  const error = await errorOf({});
  expect(error.message).toBe(
    `[trademeter/sdk] OTEL_EXPORTER_OTLP_METRICS_HEADERS must not contain ${name.toLowerCase()}, which the HTTP client sets itself`,
  );
});

test.each([
  ['OTEL_METRIC_EXPORT_INTERVAL', '15', '15000'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '60', '60000'],
  ['OTEL_METRIC_EXPORT_TIMEOUT', '30', '30000'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '10', '10000'],
  ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', '10', '10000'],
])('%s=%s, which looks like seconds, is logged', async (name, value, meant) => {
  setEnvironment({ ...otlp, [name]: value });
  const { lines } = listenToStderr();
  const telemetry = await startTelemetry({ flushTimeoutMillis: 1 });
  await telemetry.shutdown();
  expect(lines).toContain(
    `[trademeter/sdk] warn: ${name}=${value} means ${value} milliseconds. For ${value} seconds, set it to ${meant}.`,
  );
});

test('plausible milliseconds are not logged', async () => {
  setEnvironment({
    OTEL_METRICS_EXPORTER: 'console',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    OTEL_METRIC_EXPORT_TIMEOUT: '200',
  });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { lines } = listenToStderr();
  const telemetry = await startTelemetry();
  await telemetry.shutdown();
  expect(lines).toEqual([]);
});

test.runIf(process.platform !== 'win32').each(['named pipe', 'directory', 'device without end'])(
  'a certificate that is a %s does not stop the process for good',
  async (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'trademeter-'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const path = kind === 'named pipe' ? pipe : kind === 'directory' ? folder : '/dev/zero';
    // In a separate process, because reading a pipe may block forever.
    const program = spawnSync(
      process.execPath,
      [
        '--conditions=@trademeter/source',
        '--input-type=module-typescript',
        '-e',
        `
        import { startTelemetry } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
        await startTelemetry().catch((error) => console.log(error.message));
      `,
      ],
      {
        env: { ...process.env, ...otlp, OTEL_EXPORTER_OTLP_CERTIFICATE: path },
        encoding: 'utf8',
        timeout: 60_000,
        killSignal: 'SIGKILL',
      },
    );
    rmSync(folder, { recursive: true });
    expect(program.signal).toBeNull();
    expect(program.stdout).toContain('OTEL_EXPORTER_OTLP_CERTIFICATE must be a readable regular file');
  },
  90_000,
);

test('the environment is not read for options that the code sets', async () => {
  setEnvironment({
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_RESOURCE_ATTRIBUTES: 'trading.mode=prod',
    OTEL_SERVICE_NAME: 'bot',
  });
  await using telemetry = await startTelemetry({
    mode: 'live',
    resourceAttributes: { 'service.name': undefined },
    exporters: [{ type: 'otlp', url: 'localhost:4317' }],
    flushTimeoutMillis: 1,
  });
  expect(telemetry.endpoints).toEqual([{ exporter: 'otlp', url: 'localhost:4317' }]);
  expect(telemetry.resourceAttributes).toMatchObject({ 'service.name': 'bot', 'trading.mode': 'live' });
});

test('a time limit for OTLP does not apply to the console', async () => {
  setEnvironment({ OTEL_METRICS_EXPORTER: 'otlp,console', OTEL_METRIC_EXPORT_TIMEOUT: '20000' });
  await using telemetry = await startTelemetry({ flushTimeoutMillis: 1 });
  expect(telemetry.endpoints).toHaveLength(1);
});

test('disabled telemetry can be shut down twice', async () => {
  setEnvironment({ OTEL_METRICS_EXPORTER: 'none' });
  const off = await startTelemetry();
  await off.shutdown();
  setEnvironment({ OTEL_EXPORTER_PROMETHEUS_PORT: '0' });
  await using _telemetry = await startTelemetry();
  await off.shutdown();
  await expect(startTelemetry()).rejects.toThrow('telemetry was already started in this process');
});

test('variables that are not used are not read', async () => {
  setEnvironment({
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_EXPORTER_PROMETHEUS_PORT: 'x',
    OTEL_EXPORTER_OTLP_TIMEOUT: 'x',
    OTEL_METRIC_EXPORT_INTERVAL: 'x',
  });
  await using telemetry = await startTelemetry();
  expect(telemetry.endpoints).toEqual([]);
});
