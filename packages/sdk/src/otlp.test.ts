import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { createMeter } from '@trademeter/instrumentation';
import { tradingOrderPlaced } from '@trademeter/semantic-conventions';
import { decodeProtobuf, metricsOf, OtlpReceiver } from '@trademeter/test-support';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { runBot } from '../test/run-bot.ts';
import { listenToStderr, order, setEnvironment } from '../test/support.ts';
import { type OtlpOptions, startTelemetry } from './index.ts';

let receiver: OtlpReceiver;

beforeEach(async () => {
  receiver = await OtlpReceiver.start();
  setEnvironment({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await receiver[Symbol.asyncDispose]();
});

/** A character that protobuf reads as the length of a string and of its message. */
function lengthOf(text: string, more = 0): string {
  return String.fromCodePoint(Buffer.byteLength(text) + more);
}

/** Copies a workspace package with its dependencies from OpenTelemetry and this workspace, and no others. */
async function copyPackage(name: string, folder: string): Promise<string> {
  const original = join(import.meta.dirname, '../..', name);
  const copy = join(folder, name);
  await cp(join(original, 'src'), join(copy, 'src'), { recursive: true });
  await cp(join(original, 'package.json'), join(copy, 'package.json'));
  for (const scope of ['@opentelemetry', '@trademeter']) {
    const scopeFolder = join(copy, 'node_modules', scope);
    await mkdir(scopeFolder, { recursive: true });
    for (const each of await readdir(join(original, 'node_modules', scope))) {
      await symlink(join(original, 'node_modules', scope, each), join(scopeFolder, each));
    }
  }
  return copy;
}

function placeOrder(): void {
  createMeter({ name: 'otlp' }).counter(tradingOrderPlaced).add(1, order);
}

describe('the environment', () => {
  test('sends protobuf over HTTP to /v1/metrics by default', async () => {
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    expect(receiver.received).toHaveLength(1);
    const [{ path, headers, body } = { path: '', headers: {}, body: Buffer.alloc(0) }] = receiver.received;
    expect(path).toBe('/v1/metrics');
    expect(headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'user-agent': 'trademeter-sdk/0.1.0',
    });
    expect(metricsOf(decodeProtobuf(body)).map(({ name }) => name)).toContain('trading.order.placed');
  });

  test('sets headers, compression, path and protocol', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc');
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'http/json');
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${receiver.url}/own?tenant=a`);
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'Authorization=Basic dXNlcjpwYXNz==,x-scope=general');
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'x-scope=metrics%2Ca');
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    expect(receiver.received[0]).toMatchObject({
      path: '/own?tenant=a',
      headers: {
        authorization: 'Basic dXNlcjpwYXNz==',
        'x-scope': 'metrics,a',
        'content-encoding': 'gzip',
        'content-type': 'application/json',
      },
    });
    expect(receiver.value('trading.order.placed')).toBe(1);
  });

  test('keeps the path of an endpoint', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `${receiver.url}/tenant/`);
    await using telemetry = await startTelemetry();
    expect(telemetry.endpoints).toEqual([{ exporter: 'otlp', url: `${receiver.url}/tenant/v1/metrics` }]);
  });

  test('sets the interval', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '7000');
    await using _telemetry = await startTelemetry();
    placeOrder();
    vi.advanceTimersByTime(6_999);
    expect(receiver.received).toHaveLength(0);
    vi.advanceTimersByTime(1);
    await vi.waitUntil(() => receiver.received.length === 1, { timeout: 60_000 });
  });
});

describe('the code', () => {
  function otlp(options: Omit<OtlpOptions, 'type'>): { exporters: [OtlpOptions] } {
    return { exporters: [{ type: 'otlp', url: `${receiver.url}/v1/metrics`, protocol: 'http/json', ...options }] };
  }

  test('overrides the environment', async () => {
    listenToStderr();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'wrong, but not read');
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'wrong, but not read');
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'a=environment,b=environment');
    await using telemetry = await startTelemetry(otlp({ compression: 'none', headers: { b: 'code' } }));
    placeOrder();
    await telemetry.flush();
    expect(receiver.received[0]?.headers).toMatchObject({ a: 'environment', b: 'code' });
    expect(receiver.received[0]?.headers).not.toHaveProperty('content-encoding');
  });

  test.each([
    ['cumulative', 2],
    ['delta', 1],
  ] as const)('sends %s values', async (temporality, second) => {
    await using telemetry = await startTelemetry(otlp({ temporality }));
    placeOrder();
    await telemetry.flush();
    expect(receiver.value('trading.order.placed')).toBe(1);
    placeOrder();
    await telemetry.flush();
    expect(receiver.value('trading.order.placed')).toBe(second);
  });
});

describe('a proxy in the environment', () => {
  async function startProxy(): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const proxy = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      const { host, pathname } = new URL(incoming.url ?? '');
      const [hostname, port] = host.split(':');
      const { method, headers } = incoming;
      incoming.pipe(
        request({ hostname, port, path: pathname, method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(response);
        }),
      );
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    await once(proxy, 'listening');
    return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
  }

  const register = ['--import', '@trademeter/sdk/register'];

  test.each<[string, Record<string, string>, boolean]>([
    ['carries the exports', { NODE_USE_ENV_PROXY: '1' }, true],
    ['is not asked for what NO_PROXY names', { NODE_USE_ENV_PROXY: '1', NO_PROXY: '127.0.0.1' }, false],
    ['is not asked where Node does not use it', {}, false],
  ])('%s', async (_, variables, isAsked) => {
    const proxy = await startProxy();
    const bot = runBot(
      'finishing',
      {
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        HTTP_PROXY: proxy.url,
        NO_PROXY: '',
        ...variables,
      },
      register,
    );
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(receiver.received).not.toHaveLength(0);
    expect([...new Set(proxy.asked)]).toEqual(isAsked ? [`POST ${receiver.url}/v1/metrics`] : []);
  });
});

describe('a receiver that fails', () => {
  const sends = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_TIMEOUT: '300' };

  test('is logged once, and again when it works; the counters are complete', async () => {
    for (const [name, value] of Object.entries(sends)) vi.stubEnv(name, value);
    const { lines } = listenToStderr();
    receiver.answer = () => ({ status: 503 });
    await using telemetry = await startTelemetry();
    for (let round = 0; round < 20; round += 1) {
      placeOrder();
      await telemetry.flush();
    }
    receiver.answer = () => ({ status: 200 });
    await telemetry.flush();
    expect(receiver.value('trading.order.placed')).toBe(20);
    expect(lines).toEqual([
      `[trademeter/sdk] warn: the export to ${receiver.url}/v1/metrics failed: Service Unavailable (503). The bot is not affected; the next successful export includes everything. Logged once, and again when an export succeeds.`,
      `[trademeter/sdk] warn: the export to ${receiver.url}/v1/metrics works again after 20 failures.`,
    ]);
    receiver.answer = () => ({ status: 500 });
    await telemetry.flush();
    expect(lines).toHaveLength(3);
  });

  test.each<[string, () => ReturnType<OtlpReceiver['answer']>, RegExp]>([
    [
      'rejects the credentials',
      () => ({ status: 401 }),
      /failed: Unauthorized \(401\) \(set the credentials in OTEL_EXPORTER_OTLP_HEADERS\)\./,
    ],
    ['knows no such path', () => ({ status: 404 }), /failed: Not Found \(404\)\./],
    [
      'asks for more time than there is',
      () => ({ status: 429, headers: { 'retry-after': '3600' } }),
      /failed: Too Many Requests \(429\)\./,
    ],
    ['never answers', () => undefined, /failed: no answer within 300 ms\./],
  ])('%s', async (_, answer, message) => {
    for (const [name, value] of Object.entries(sends)) vi.stubEnv(name, value);
    const { lines } = listenToStderr();
    receiver.answer = answer;
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    expect(lines).toEqual([expect.stringMatching(message)]);
  });

  test('is not there', async () => {
    const { url } = receiver;
    await receiver[Symbol.asyncDispose]();
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300');
    const { lines } = listenToStderr();
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    expect(lines).toEqual([
      expect.stringContaining(
        `failed: connect ECONNREFUSED ${url.slice('http://'.length)} (is a Collector running there?).`,
      ),
    ]);
  });

  test.each([
    ['a page', '<html>'.repeat(10_000), ''],
    ['more than an answer is long', '<html>'.repeat(100_000), ''],
    ['a text', 'moved to\nanother house', ': moved to another house'],
  ])('answers 200 with %s, which is not OTLP', async (_, body, excerpt) => {
    const { lines } = listenToStderr();
    receiver.answer = () => ({ status: 200, body });
    await using telemetry = await startTelemetry();
    placeOrder();
    for (let round = 0; round < 5; round += 1) await telemetry.flush();
    receiver.answer = () => ({ status: 200 });
    await telemetry.flush();
    expect(lines).toEqual([
      expect.stringContaining(
        `failed: got HTTP 200, but the body is not an OTLP response (is this a proxy or a login page?)${excerpt}. The bot`,
      ),
      expect.stringContaining('works again after 5 failures.'),
    ]);
  });

  test.each([
    '{"error":"unauthorized tenant"}',
    '{"error":{"code":401,"message":"no such tenant"}}',
    '{"errors":["quota exceeded"]}',
    '{"code":16,"message":"unauthenticated"}',
    '{"status":401,"title":"Unauthorized"}',
    '{"status":"error"}',
    '{"Message":"Forbidden"}',
    '{"detail":"Invalid token."}',
    '{"success":false}',
    '{"error_message":"quota exceeded"}',
    '{"errorDescription":"expired"}',
    '{"partialSuccess":{},"error":"unknown tenant"}',
    '[]',
    '"unauthorized"',
    'true',
  ])('answers 200 with %s, and has discarded the metrics', async (body) => {
    const { lines } = listenToStderr();
    receiver.answer = () => ({ status: 200, body });
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    expect(lines).toEqual([
      expect.stringContaining(
        `failed: got HTTP 200, but the body is not an OTLP response (is this a proxy or a login page?): ${body}`,
      ),
    ]);
    receiver.answer = () => ({ status: 200 });
  });

  test.each<[string, (escape: string) => ReturnType<OtlpReceiver['answer']>]>([
    ['a message', (text) => ({ status: 200, body: JSON.stringify({ partialSuccess: { errorMessage: text } }) })],
    [
      'a message in protobuf',
      (text) => ({ status: 200, body: `\n${lengthOf(text, 2)}\u0012${lengthOf(text)}${text}` }),
    ],
    ['a body', (text) => ({ status: 500, body: text })],
    ['a reason phrase', (text) => ({ status: 500, statusMessage: text.replaceAll(/[^\u0080-\u009F\w]/gu, '') })],
  ])('sends escape codes in %s, which are not logged', async (_, answer) => {
    const { lines } = listenToStderr();
    receiver.answer = () => answer('red\u001B[31m\u0007\u009B31mtext\r\n\u202Edone');
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    receiver.answer = () => ({ status: 200 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('red');
    expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test.each([
    ['/v1/metrics', '/v1/metrics/v1/metrics'],
    ['/v1/metrics/', '/v1/metrics/v1/metrics'],
    ['/v1/traces', '/v1/traces/v1/metrics'],
  ])('gets requests at %s, which logs a hint', async (path, asked) => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `${receiver.url}${path}`);
    const { lines } = listenToStderr();
    receiver.answer = () => ({ status: 404 });
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    receiver.answer = () => ({ status: 200 });
    expect(lines).toEqual([
      expect.stringContaining(
        `(the path is ${asked}: OTEL_EXPORTER_OTLP_ENDPOINT must end before /v1/, because /v1/metrics is added to it)`,
      ),
    ]);
  });

  test.each([
    '',
    '{}',
    'null',
    '{"partialSuccess":{}}',
    '{"status":"ok"}',
    '{"code":0,"message":"success"}',
    '{"error":null}',
  ])('works when it answers %j', async (body) => {
    const { lines } = listenToStderr();
    receiver.answer = () => ({ status: 202, body });
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    expect(lines).toEqual([]);
  });

  test('accepts only a part, which is logged once', async () => {
    const { lines } = listenToStderr();
    const partialSuccess = { rejectedDataPoints: '3', errorMessage: 'too old' };
    receiver.answer = () => ({ status: 200, body: JSON.stringify({ partialSuccess }) });
    await using telemetry = await startTelemetry();
    placeOrder();
    for (let round = 0; round < 5; round += 1) await telemetry.flush();
    expect(lines).toEqual([
      `[trademeter/sdk] warn: ${receiver.url}/v1/metrics accepted the export, but rejected 3 data points: too old. Logged once.`,
    ]);
  });

  test('says why it failed, which is logged', async () => {
    const { lines } = listenToStderr();
    receiver.answer = () => ({ status: 400, body: `\u0008\u0003\u0012${'no tenant '.repeat(100)}` });
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    expect(lines).toEqual([expect.stringMatching(/failed: Bad Request \(400\): (no tenant ){20}\. The bot/)]);
  });

  test('takes longer than OTEL_METRIC_EXPORT_TIMEOUT', async () => {
    vi.stubEnv('OTEL_METRIC_EXPORT_TIMEOUT', '100');
    const { lines } = listenToStderr();
    receiver.answer = () => undefined;
    await using telemetry = await startTelemetry({ flushTimeoutMillis: 500 });
    placeOrder();
    await telemetry.flush();
    expect(lines[0]).toMatch(/failed: (no answer within 100 ms|Request timed out)\./);
  });
});

describe('grpc', () => {
  test('sends, with the headers of the environment, to a target without a scheme', async () => {
    const received: { names: string[]; authorization: unknown }[] = [];
    const server = new Server();
    server.register(
      '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        received.push({
          names: metricsOf(decodeProtobuf(call.request)).map(({ name }) => name),
          authorization: call.metadata.get('authorization'),
        });
        answer(null, Buffer.alloc(0));
      },
      (body: Buffer) => body,
      (body: Buffer) => body,
      'unary',
    );
    onTestFinished(() => server.forceShutdown());
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc');
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `127.0.0.1:${port}`);
    vi.stubEnv('OTEL_EXPORTER_OTLP_INSECURE', 'true');
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'Authorization=Bearer%20a');
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
    await using telemetry = await startTelemetry();
    placeOrder();
    await telemetry.flush();
    expect(received).toEqual([
      { names: expect.arrayContaining(['trading.order.placed']), authorization: ['Bearer a'] },
    ]);
  });

  test('logs a target that does not speak gRPC', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '200');
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `127.0.0.1:${receiver.port}`);
    vi.stubEnv('OTEL_EXPORTER_OTLP_INSECURE', 'true');
    const { lines } = listenToStderr();
    await using telemetry = await startTelemetry();
    expect(telemetry.endpoints).toEqual([{ exporter: 'otlp', url: `127.0.0.1:${receiver.port}` }]);
    placeOrder();
    await telemetry.flush();
    expect(lines).toEqual([expect.stringContaining(`the export to 127.0.0.1:${receiver.port} failed`)]);
  });

  test('names the command that installs its package if that is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trademeter-sdk-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const sdk = await copyPackage('sdk', folder);
    await rm(join(sdk, 'node_modules/@trademeter/exporter-otlp'));
    await symlink(await copyPackage('exporter-otlp', folder), join(sdk, 'node_modules/@trademeter/exporter-otlp'));
    const register = pathToFileURL(join(sdk, 'src', 'register.ts')).href;
    const bot = runBot('finishing', { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, [
      '--import',
      register,
    ]);
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    expect(bot.output).toEqual({
      stdout: 'done\n',
      stderr:
        '[trademeter/sdk] OTLP over gRPC needs a package that is not installed: npm install @grpc/grpc-js@1.14\nThe bot runs without telemetry.\n',
    });
  });
});
