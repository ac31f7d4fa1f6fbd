import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { inspect } from 'node:util';
import { captureLogs } from '@trademeter/testing';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import { ConfigurationError, PrometheusExporter } from '../index.ts';

// The hash of "secret" from htpasswd -nbB -C 4.
const bcryptOfSecret = '$2y$04$s16gVjKHPZ6EC2UPJPM57OEOTX5E6WdisIRrcfsXBfFXAARE4ezHm';

const certificates = join(import.meta.dirname, '../testdata/tls');
const pem = (name: string) => readFileSync(join(certificates, name), 'utf8');
const authorization = `Basic ${Buffer.from('prometheus:secret').toString('base64')}`;

let folder: string;
let webConfigFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exporter-'));
  webConfigFile = join(folder, 'web.yml');
  for (const name of ['server.crt', 'server.key', 'ca.crt']) copyFileSync(join(certificates, name), join(folder, name));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

let writes = 0;

/** Writes the file with a new modification time, however fast the test is. */
function write(text: string): void {
  writes += 1;
  writeFileSync(webConfigFile, text);
  utimesSync(webConfigFile, writes, writes);
}

function start(): Promise<Endpoint> {
  return Endpoint.start({ webConfigFile });
}

describe('a web.config.file', () => {
  test('configures credentials, TLS and headers', async () => {
    write(`
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [scraper]
  min_version: TLS12
  max_version: TLS13
  prefer_server_cipher_suites: true
  cipher_suites:
    - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    - TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
    - TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    - TLS_RSA_WITH_AES_128_CBC_SHA
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers:
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  prometheus: ${bcryptOfSecret}
`);
    await using endpoint = await start();
    const client = { ca: pem('ca.crt'), cert: pem('client.crt'), key: pem('client.key') };
    const { status, headers } = await endpoint.get({ ...client, headers: { authorization } });
    expect(status).toBe(200);
    expect(headers['x-frame-options']).toBe('deny');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await endpoint.get(client)).status).toBe(401);
    await expect(endpoint.get({ ca: client.ca, headers: { authorization } })).rejects.toThrow(
      /ECONNRESET|socket hang up/,
    );
    const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384';
    await expect(endpoint.get({ ...client, maxVersion: 'TLSv1.2', ciphers })).rejects.toThrow(/handshake failure/);
  });

  test('may contain the certificate and its key', async () => {
    const indented = (name: string) => pem(name).trim().replaceAll('\n', '\n    ');
    write(`tls_server_config:\n  cert: |\n    ${indented('server.crt')}\n  key: |\n    ${indented('server.key')}\n`);
    await using endpoint = await start();
    expect((await endpoint.get({ ca: pem('ca.crt') })).status).toBe(200);
  });

  test('may be empty', async () => {
    write('');
    await using endpoint = await start();
    expect((await endpoint.get()).status).toBe(200);
  });

  test('comes from the environment', async () => {
    write(`basic_auth_users: { prometheus: ${bcryptOfSecret} }`);
    process.env['OTEL_EXPORTER_PROMETHEUS_WEB_CONFIG_FILE'] = webConfigFile;
    try {
      await using endpoint = await Endpoint.start();
      expect((await endpoint.get()).status).toBe(401);
    } finally {
      delete process.env['OTEL_EXPORTER_PROMETHEUS_WEB_CONFIG_FILE'];
    }
  });

  test('is read again when it changes, and keeps its last settings while it is wrong', async () => {
    using logs = captureLogs();
    write('');
    await using endpoint = await start();
    expect((await endpoint.get()).status).toBe(200);
    write(`basic_auth_users: { prometheus: ${bcryptOfSecret} }`);
    expect((await endpoint.get()).status).toBe(401);
    expect((await endpoint.get({ headers: { authorization } })).status).toBe(200);
    write('basic_auth_users: { prometheus: secret }');
    expect((await endpoint.get()).status).toBe(401);
    expect((await endpoint.get({ headers: { authorization } })).status).toBe(200);
    write('tls_server_config: { cert_file: server.crt, key_file: server.key }');
    await vi.waitFor(() => expect(endpoint.exporter.address?.url).toMatch(/^https:/), { timeout: 60_000 });
    expect((await endpoint.get({ ca: pem('ca.crt') })).status).toBe(200);
    write('{}');
    await vi.waitFor(() => expect(endpoint.exporter.address?.url).toMatch(/^http:/), { timeout: 60_000 });
    expect((await endpoint.get()).status).toBe(200);
    expect(logs.from('exporter-prometheus')).toEqual([
      'kept the previous web settings: webConfigFile: basic_auth_users: the password of "prometheus" must be a bcrypt hash (htpasswd -nB)',
      'the web settings are read again from webConfigFile',
      'the web settings changed: a password or token is no longer required',
      'the web settings changed: TLS is no longer used',
    ]);
  });

  test('allows nobody after it becomes empty, because it may be half-written', async () => {
    using logs = captureLogs();
    write(`basic_auth_users: { prometheus: ${bcryptOfSecret} }`);
    await using endpoint = await start();
    write('');
    expect((await endpoint.get()).status).toBe(401);
    expect(logs.from('exporter-prometheus')).toEqual([
      'kept the previous web settings: webConfigFile must not become empty',
    ]);
  });

  const tlsSection = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';
  const usersSection = `basic_auth_users:\n  prometheus: ${bcryptOfSecret}\n`;

  test.each([
    ['webConfigFile', '# begin\n'],
    ['webConfigFile: basic_auth_users', `${tlsSection}basic_auth_users:\n`],
    ['webConfigFile: tls_server_config', `${usersSection}tls_server_config:\n`],
    ['webConfigFile: tls_server_config.cert_file', `${usersSection}tls_server_config:\n  cert_file:`],
  ])('keeps its last settings when %s has become empty', async (where, text) => {
    using logs = captureLogs();
    write(tlsSection + usersSection);
    await using endpoint = await start();
    const ca = pem('ca.crt');
    write(text);
    expect((await endpoint.get({ ca })).status).toBe(401);
    expect((await endpoint.get({ ca, headers: { authorization } })).status).toBe(200);
    expect(logs.from('exporter-prometheus')).toEqual([
      `kept the previous web settings: ${where} must not become empty`,
    ]);
    write(tlsSection + usersSection);
    expect((await endpoint.get({ ca })).status).toBe(401);
    expect(logs.from('exporter-prometheus').at(-1)).toBe('the web settings are read again from webConfigFile');
  });

  test('logs a change to no users, even if a refused file came in between', async () => {
    using logs = captureLogs();
    write(usersSection);
    await using endpoint = await start();
    write('tls_server_config: { cert_file: none.crt, key_file: none.key }');
    expect((await endpoint.get()).status).toBe(401);
    write('basic_auth_users:');
    expect((await endpoint.get()).status).toBe(401);
    write('basic_auth_users: {}');
    expect((await endpoint.get()).status).toBe(200);
    expect((await endpoint.get()).status).toBe(200);
    expect(logs.from('exporter-prometheus').slice(1)).toEqual([
      'kept the previous web settings: webConfigFile: basic_auth_users must not become empty',
      'the web settings are read again from webConfigFile',
      'the web settings changed: a password or token is no longer required',
    ]);
  });

  test('may add a section that was empty before', async () => {
    using logs = captureLogs();
    write('basic_auth_users: {}');
    await using endpoint = await start();
    write('basic_auth_users:\nhttp_server_config: { headers: { X-Frame-Options: deny } }');
    expect((await endpoint.get()).headers['x-frame-options']).toBe('deny');
    expect(logs.from('exporter-prometheus')).toEqual([]);
  });

  test('logs when client certificates are no longer required', async () => {
    using logs = captureLogs();
    write(`${tlsSection}  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n`);
    await using endpoint = await start();
    write(tlsSection);
    expect((await endpoint.get({ ca: pem('ca.crt') })).status).toBe(200);
    expect(logs.from('exporter-prometheus')).toEqual([
      'the web settings changed: client certificates are no longer required',
    ]);
  });

  test('may start with empty sections, as in exporter-toolkit, which is logged', async () => {
    using logs = captureLogs();
    write('tls_server_config:\nbasic_auth_users:\n  # prometheus: …\n');
    await using endpoint = await start();
    expect((await endpoint.get()).status).toBe(200);
    expect(logs.from('exporter-prometheus')).toEqual([
      'webConfigFile: tls_server_config is empty and has no effect',
      'webConfigFile: basic_auth_users is empty and has no effect',
    ]);
  });

  test('applies to open connections, too', async () => {
    write(`basic_auth_users: { prometheus: ${bcryptOfSecret} }`);
    await using endpoint = await start();
    const { host = '', port = 0 } = endpoint.exporter.address ?? {};
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const ask = async (): Promise<number | undefined> => {
      const request = get({ host, port, path: '/metrics', agent });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      return response.statusCode;
    };
    expect(await ask()).toBe(401);
    // Without users, because the certificate is enough.
    const server = 'cert_file: server.crt, key_file: server.key';
    write(`tls_server_config: { ${server}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.crt }`);
    await expect(ask()).rejects.toThrow(/ECONNRESET|socket hang up|Parse Error/);
  });

  test.each(['true', 'off', 'Yes', ''])('accepts http2: %s', async (flag) => {
    write(`http_server_config:\n  http2: ${flag}\n`);
    await using endpoint = await start();
    expect((await endpoint.get()).status).toBe(200);
  });

  test('may require client certificates at any time', async () => {
    const ca = pem('ca.crt');
    const client = { ca, cert: pem('client.crt'), key: pem('client.key') };
    const server = 'cert_file: server.crt, key_file: server.key';
    write(`tls_server_config: { ${server} }`);
    await using endpoint = await start();
    expect((await endpoint.get({ ca })).status).toBe(200);
    write(`tls_server_config: { ${server}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.crt }`);
    expect((await endpoint.get(client)).status).toBe(200);
    await expect(endpoint.get({ ca })).rejects.toThrow(/ECONNRESET|socket hang up/);
    write(`tls_server_config: { ${server} }`);
    expect((await endpoint.get({ ca })).status).toBe(200);
  });

  test('waits for files that it names', async () => {
    using logs = captureLogs();
    const nameOf = async () => {
      const { host = '', port = 0 } = endpoint.exporter.address ?? {};
      const socket = connect({ host, port, ca: pem('ca.crt'), servername: 'localhost' });
      await once(socket, 'secureConnect');
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    };
    write('tls_server_config: { cert_file: server.crt, key_file: server.key }');
    await using endpoint = await start();
    write('tls_server_config: { cert_file: renewed.crt, key_file: renewed.key }');
    expect(await nameOf()).toBe('server');
    copyFileSync(join(certificates, 'renewed.crt'), join(folder, 'renewed.crt'));
    expect(await nameOf()).toBe('server');
    copyFileSync(join(certificates, 'renewed.key'), join(folder, 'renewed.key'));
    expect(await nameOf()).toBe('renewed');
    expect(logs.from('exporter-prometheus').map((message) => message.replace(/, open .*/, ''))).toEqual([
      'kept the previous web settings: webConfigFile: tls_server_config.cert_file must be a readable file: ENOENT: no such file or directory',
      'kept the previous web settings: webConfigFile: tls_server_config.key_file must be a readable file: ENOENT: no such file or directory',
      'the web settings are read again from webConfigFile',
    ]);
  });

  test('applies as a whole or not at all when it changes TLS', async () => {
    using _quiet = captureLogs();
    write(`basic_auth_users: { prometheus: ${bcryptOfSecret} }`);
    await using endpoint = await start();
    write('tls_server_config: { cert_file: server.crt, key_file: missing.key }');
    expect((await endpoint.get()).status).toBe(401);
    expect((await endpoint.get({ headers: { authorization } })).status).toBe(200);
  });

  test('changes while the certificate that it names is broken', async () => {
    using _quiet = captureLogs();
    const tls = 'tls_server_config: { cert_file: server.crt, key_file: server.key }';
    const ca = pem('ca.crt');
    write(tls);
    await using endpoint = await start();
    writeFileSync(join(folder, 'server.crt'), 'broken');
    write(`${tls}\nbasic_auth_users: { prometheus: ${bcryptOfSecret} }`);
    expect((await endpoint.get({ ca })).status).toBe(401);
    expect((await endpoint.get({ ca, headers: { authorization } })).status).toBe(200);
  });

  test.each([
    'tls_server_config:',
    'tls_server_config: {}',
    'tls_server_config: { min_version: TLS13, cert_file: "" }',
  ])('has no TLS with %j', async (text) => {
    write(text);
    await using endpoint = await start();
    await vi.waitFor(() => expect(endpoint.exporter.address?.url).toMatch(/^http:/), { timeout: 60_000 });
    expect((await endpoint.get()).status).toBe(200);
  });

  test('may name suites of TLS 1.3, which are always offered, and excludes older TLS without other suites', async () => {
    const suites = (...names: string[]) =>
      write(`tls_server_config: { cert_file: server.crt, key_file: server.key, cipher_suites: [${names.join(', ')}] }`);
    const older = { ca: pem('ca.crt'), maxVersion: 'TLSv1.2' } as const;
    suites('TLS_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    await using endpoint = await start();
    expect((await endpoint.get({ ca: pem('ca.crt') })).status).toBe(200);
    expect((await endpoint.get(older)).status).toBe(200);
    suites('TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_256_GCM_SHA384');
    expect((await endpoint.get({ ca: pem('ca.crt') })).status).toBe(200);
    await expect(endpoint.get(older)).rejects.toThrow(/protocol version/);
  });

  test('overrides the headers of the landing page', async () => {
    write('http_server_config: { headers: { Content-Security-Policy: "default-src \'self\'" } }');
    await using endpoint = await start();
    const { headers } = await endpoint.get({ path: '/' });
    expect(headers['content-security-policy']).toBe("default-src 'self'");
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test.each([
    `basic_auth_users:\n  alice: "SECRET\n  bob: x\n`,
    `tls_server_config:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n  MIISECRET\n    -----END PRIVATE KEY-----\n`,
    'basic_auth_users:\n  alice: SECRET: x\n',
    'basic_auth_users:\n  alice: *SECRET\n',
    'basic_auth_users:\n  alice: !SECRET x\n',
    'basic_auth_users: { alice: x }\n---\nSECRET: 1\n',
    'basic_auth_users: { alice: SECRET }\n',
    'tls_server_config: { cert: SECRET, key: SECRET }\n',
    'tls_server_config: { cert: x, key: x, "MIISECRET+/": x }\n',
  ])('quotes no secret of %j', async (text) => {
    using logs = captureLogs();
    const written = vi.spyOn(process.stderr, 'write');
    write(text);
    const { promise, resolve } = Promise.withResolvers<Error | void>();
    void new PrometheusExporter({ host: '127.0.0.1', port: 0, webConfigFile }, resolve);
    const error = await promise;
    expect(error).toBeInstanceOf(ConfigurationError);
    const shown = [inspect(error, { depth: 10 }), ...logs.messages, ...written.mock.calls.map(String)].join('\n');
    written.mockRestore();
    expect(shown).not.toContain('SECRET');
    expect(shown).not.toContain('alice: x');
  });

  test('limits the rate of requests', async () => {
    write('rate_limit: { interval: 1h, burst: 2 }');
    await using endpoint = await start();
    const statuses: number[] = [];
    for (let request = 0; request < 4; request += 1) statuses.push((await endpoint.get()).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect((await endpoint.get({ path: '/-/healthy' })).status).toBe(200);
    write('rate_limit: { interval: 0, burst: 2 }');
    expect((await endpoint.get()).status).toBe(200);
  });

  test.each<[text: string, problem: string]>([
    ['a: [', 'is not valid YAML (BAD_INDENT, line 1, column 5)'],
    ['a: b: c', 'is not valid YAML (BLOCK_AS_IMPLICIT_KEY, line 1, column 4)'],
    ['a: *b', 'is not valid YAML (UNRESOLVED)'],
    ['- a', 'the file must be a mapping'],
    [
      'tls: {}',
      'the file must not have the key tls; allowed keys are tls_server_config, http_server_config, basic_auth_users, rate_limit',
    ],
    ['basic_auth_users: [a]', 'basic_auth_users must be a mapping'],
    ['basic_auth_users: { a: $2y$10$short }', 'basic_auth_users: the password of "a" must be a bcrypt hash'],
    [
      'tls_server_config: { client_auth_type: NoClientCert }',
      'tls_server_config must have cert_file and key_file (or cert and key)',
    ],
    [
      'tls_server_config: { cert_file: a, key_file: b, client_allowed_sans: [x] }',
      'tls_server_config: client_allowed_sans needs a client_auth_type, RequireAnyClientCert or RequireAndVerifyClientCert',
    ],
    [
      'tls_server_config: { cert_file: a, key_file: b, cipher_suites: [TLS_ECDHE_RSA_WITH_NONSENSE] }',
      'cipher_suites must not contain "TLS_ECDHE_RSA_WITH_NONSENSE"',
    ],
    ['tls_server_config: { cert_file: server.crt }', 'tls_server_config must have cert_file and key_file'],
    ['tls_server_config: { certs: x }', 'tls_server_config must not have the key certs; allowed keys are cert, key,'],
    ['tls_server_config: { cert_file: 1, key_file: 2 }', 'cert_file must be a non-empty string, got 1'],
    [
      'tls_server_config: { cert_file: a, key_file: b, min_version: TLS9 }',
      'min_version must be one of TLS10, TLS11, TLS12, TLS13, got "TLS9"',
    ],
    [
      'tls_server_config: { cert_file: a, key_file: b, client_ca_file: c }',
      'tls_server_config: client_ca_file needs a client_auth_type, RequireAndVerifyClientCert',
    ],
    [
      'tls_server_config: { cert_file: a, key_file: b, client_auth_type: x }',
      'client_auth_type must be one of NoClientCert,',
    ],
    ['tls_server_config: { cert_file: a, key_file: b, cipher_suites: [x] }', 'cipher_suites must not contain "x"'],
    [
      'tls_server_config: { cert_file: a, key_file: b, curve_preferences: [x] }',
      'curve_preferences must be a list of CurveP256,',
    ],
    [
      'tls_server_config: { cert_file: server.crt, key_file: server.key, min_version: TLS13, max_version: TLS12 }',
      'tls_server_config: min_version (TLS13) must not be above max_version (TLS12)',
    ],
    [
      'tls_server_config: { cert_file: server.crt, key_file: server.key, max_version: TLS11 }',
      'tls_server_config: min_version (TLS12) must not be above max_version (TLS11)',
    ],
    [
      'tls_server_config: { cert_file: server.crt, key_file: server.key, prefer_server_cipher_suites: 1 }',
      'prefer_server_cipher_suites must be true or false, got 1',
    ],
    ['http_server_config: { http2: maybe }', 'http2 must be true or false, got "maybe"'],
    [
      'tls_server_config: { cert_file: none, key_file: none }',
      'webConfigFile: tls_server_config.cert_file must be a readable file: ENOENT',
    ],
    [
      'tls_server_config: { cert_file: server.crt, key_file: none }',
      'webConfigFile: tls_server_config.key_file must be a readable file: ENOENT',
    ],
    [
      'tls_server_config: { cert_file: server.crt, key_file: server.key, client_ca_file: none, client_auth_type: RequireAndVerifyClientCert }',
      'webConfigFile: tls_server_config.client_ca_file must be a readable file: ENOENT',
    ],
    [
      'tls_server_config: { cert_file: server.crt, key_file: server.key, client_ca_file: server.key, client_auth_type: RequireAndVerifyClientCert }',
      'webConfigFile: tls_server_config.client_ca_file must contain complete certificates in PEM',
    ],
    [
      'http_server_config: { headers: { Server: x } }',
      'headers must not have the key Server; allowed keys are Content-Security-Policy,',
    ],
    [
      'http_server_config: { headers: { X-Frame-Options: allow } }',
      'X-Frame-Options must be one of deny, sameorigin, got "allow"',
    ],
    [
      'http_server_config: { headers: { X-XSS-Protection: "a\\nb" } }',
      'headers: X-XSS-Protection must be a string of printable ASCII',
    ],
    ['rate_limit: { interval: soon, burst: 1 }', 'rate_limit: interval must be a duration such as 1s or 100ms'],
    ['rate_limit: { interval: 1s, burst: 1.5 }', 'rate_limit: burst must be a whole number'],
  ])('prevents the start with %j', async (text, problem) => {
    write(text);
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true, webConfigFile });
    await expect(exporter.startServer()).rejects.toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: 'ERR_TRADEMETER_FILE',
        option: 'webConfigFile',
        message: expect.stringContaining(problem),
      }),
    );
  });
});
