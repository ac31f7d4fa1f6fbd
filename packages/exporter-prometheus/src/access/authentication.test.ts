import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verify } from '@node-rs/bcrypt';
import { captureLogs } from '@trademeter/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import { ConfigurationError, hashPassword, PrometheusExporter, type PrometheusExporterConfig } from '../index.ts';

vi.mock('@node-rs/bcrypt', { spy: true });

// The hash of "secret" from htpasswd -nbB -C 4.
const bcryptOfSecret = '$2y$04$s16gVjKHPZ6EC2UPJPM57OEOTX5E6WdisIRrcfsXBfFXAARE4ezHm';

/** A hash with this cost, of no password. */
function scryptWith(cost: string): string {
  return `$scrypt$${cost}$${'A'.repeat(22)}$${'A'.repeat(43)}`;
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exporter-'));
});

afterEach(() => {
  vi.clearAllMocks();
  rmSync(folder, { recursive: true });
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('OTEL_EXPORTER_PROMETHEUS_')) Reflect.deleteProperty(process.env, name);
  }
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

async function statusOf(endpoint: Endpoint, authorization?: string, path?: string): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization };
  return (await endpoint.get({ headers, ...(path === undefined ? {} : { path }) })).status;
}

describe('a bearer token', () => {
  test('allows requests that carry it', async () => {
    await using endpoint = await Endpoint.start({ bearerToken: 'right' });
    expect(await statusOf(endpoint, 'Bearer right')).toBe(200);
    expect(await statusOf(endpoint, 'bearer  right')).toBe(200);
    for (const wrong of [
      undefined,
      '',
      'right',
      'Bearer',
      'Bearer wrong',
      'Bearer right x',
      'Bearer RIGHT',
      'Basic right',
    ]) {
      expect(await statusOf(endpoint, wrong), wrong).toBe(401);
    }
  });

  test('is requested by a 401 answer that shows nothing', async () => {
    await using endpoint = await Endpoint.start({ bearerToken: 'right' });
    endpoint.meter.createCounter('orders').add(1);
    const { status, headers, body } = await endpoint.get();
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer');
    expect(body).toBe('Unauthorized\n');
  });

  test('is required at every path except the health check', async () => {
    await using endpoint = await Endpoint.start({ bearerToken: 'right' });
    expect(await statusOf(endpoint, undefined, '/')).toBe(401);
    expect(await statusOf(endpoint, undefined, '/unknown')).toBe(401);
    expect(await statusOf(endpoint, undefined, '/-/healthy')).toBe(200);
    expect(await statusOf(endpoint, 'Bearer right', '/unknown')).toBe(404);
  });

  test('is required on a server of the application too', async () => {
    const exporter = new PrometheusExporter({ preventServerStart: true, bearerToken: 'right' });
    const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect((await fetch(url)).status).toBe(401);
    server.close();
    server.closeAllConnections();
  });

  test('is read from a file, and again when the file changes', async () => {
    using logs = captureLogs();
    const bearerTokenFile = file('token', 'first\n');
    await using endpoint = await Endpoint.start({ bearerTokenFile });
    expect(await statusOf(endpoint, 'Bearer first')).toBe(200);
    writeFileSync(bearerTokenFile, 'second-token');
    expect(await statusOf(endpoint, 'Bearer first')).toBe(401);
    expect(await statusOf(endpoint, 'Bearer second-token')).toBe(200);
    writeFileSync(bearerTokenFile, '\n');
    expect(await statusOf(endpoint, 'Bearer second-token')).toBe(200);
    rmSync(bearerTokenFile);
    expect(await statusOf(endpoint, 'Bearer second-token')).toBe(200);
    writeFileSync(bearerTokenFile, 'third');
    expect(await statusOf(endpoint, 'Bearer second-token')).toBe(401);
    expect(logs.from('exporter-prometheus')).toEqual([
      `kept the previous web settings: bearerTokenFile must contain one token and nothing else; ${bearerTokenFile} does not`,
      expect.stringMatching(/^kept the previous web settings: bearerTokenFile must be a readable file: ENOENT/),
      'the web settings are read again from bearerTokenFile',
    ]);
  });

  test('prevents the start while its file is missing', async () => {
    const bearerTokenFile = join(folder, 'token');
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true, bearerTokenFile });
    await expect(exporter.startServer()).rejects.toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: 'ERR_TRADEMETER_FILE',
        option: 'bearerTokenFile',
        message: expect.stringMatching(
          /^\[trademeter\/exporter-prometheus\] bearerTokenFile must be a readable file: ENOENT/,
        ),
      }),
    );
    expect(exporter.address).toBeUndefined();
    file('token', 'right');
    await exporter.startServer();
    expect(exporter.address).toBeDefined();
    await exporter.stopServer();
  });

  test('comes from the environment, unless the code has one', async () => {
    process.env['OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN'] = 'of-environment';
    await using fromEnvironment = await Endpoint.start();
    expect(await statusOf(fromEnvironment, 'Bearer of-environment')).toBe(200);
    expect(await statusOf(fromEnvironment)).toBe(401);
    await using fromCode = await Endpoint.start({ bearerTokenFile: file('token', 'of-code') });
    expect(await statusOf(fromCode, 'Bearer of-environment')).toBe(401);
    expect(await statusOf(fromCode, 'Bearer of-code')).toBe(200);
  });
});

describe('a user', () => {
  test('is allowed with the password', async () => {
    await using endpoint = await Endpoint.start({ basicAuthUsers: { prometheus: await hashPassword('p:ä sword') } });
    for (const [user, password, status] of [
      ['prometheus', 'p:ä sword', 200],
      ['prometheus', 'p:ä sword', 200],
      ['prometheus', 'wrong', 401],
      ['prometheus', 'wrong', 401],
      ['prometheus', '', 401],
      ['nobody', 'p:ä sword', 401],
      ['', '', 401],
      ['__proto__', 'x', 401],
    ] as const) {
      expect(await statusOf(endpoint, basic(user, password)), `${user} ${password}`).toBe(status);
    }
    expect(await statusOf(endpoint, 'Basic !!!')).toBe(401);
    expect((await endpoint.get()).headers['www-authenticate']).toBe('Basic realm="metrics"');
  });

  test('may have a bcrypt hash from htpasswd', async () => {
    await using endpoint = await Endpoint.start({ basicAuthUsers: { prometheus: bcryptOfSecret } });
    expect(await statusOf(endpoint, basic('prometheus', 'secret'))).toBe(200);
    expect(await statusOf(endpoint, basic('prometheus', 'Secret'))).toBe(401);
  });

  test('may be combined with a token', async () => {
    await using endpoint = await Endpoint.start({ bearerToken: 'token', basicAuthUsers: { user: bcryptOfSecret } });
    expect(await statusOf(endpoint, 'Bearer token')).toBe(200);
    expect(await statusOf(endpoint, basic('user', 'secret'))).toBe(200);
    expect((await endpoint.get()).headers['www-authenticate']).toBe('Bearer, Basic realm="metrics"');
  });

  test('comes from the environment', async () => {
    process.env['OTEL_EXPORTER_PROMETHEUS_BASIC_AUTH_USER'] = 'user';
    process.env['OTEL_EXPORTER_PROMETHEUS_BASIC_AUTH_PASSWORD_HASH'] = bcryptOfSecret;
    await using endpoint = await Endpoint.start();
    expect(await statusOf(endpoint, basic('user', 'secret'))).toBe(200);
    expect(await statusOf(endpoint)).toBe(401);
  });

  test('is allowed however many guesses arrive, of which only some are checked', async () => {
    await using endpoint = await Endpoint.start({ basicAuthUsers: { user: bcryptOfSecret } });
    expect(await statusOf(endpoint, basic('user', 'secret'))).toBe(200);
    for (let round = 0; round < 3; round += 1) {
      const guesses = Array.from({ length: 60 }, (_, guess) => statusOf(endpoint, basic('user', `${round} ${guess}`)));
      expect(await statusOf(endpoint, basic('user', 'secret'))).toBe(200);
      expect(new Set(await Promise.all(guesses))).toEqual(new Set([401, 503]));
    }
    expect(await statusOf(endpoint, basic('user', 'secret'))).toBe(200);
  });

  test('that does not exist is refused after the same work as an existing one', async () => {
    await using endpoint = await Endpoint.start({ basicAuthUsers: { user: bcryptOfSecret } });
    expect(await statusOf(endpoint, basic('user', 'wrong'))).toBe(401);
    expect(await statusOf(endpoint, basic('nobody', 'wrong'))).toBe(401);
    expect(await statusOf(endpoint, basic('nobody', 'secret'))).toBe(401);
    expect(vi.mocked(verify).mock.calls.map(([, hash]) => hash)).toEqual(Array(3).fill(bcryptOfSecret));
  });
});

describe('a file named by an environment variable', () => {
  test.each([
    ['BEARER_TOKEN_FILE', 'must be a readable file: ENOENT'],
    ['WEB_CONFIG_FILE', 'must be a readable file: ENOENT'],
  ])('%s: the error for a missing file names the variable', async (name, problem) => {
    const variable = `OTEL_EXPORTER_PROMETHEUS_${name}`;
    process.env[variable] = join(folder, 'missing');
    const exporter = new PrometheusExporter({ preventServerStart: true, host: '127.0.0.1', port: 0 });
    await expect(exporter.startServer()).rejects.toThrow(`[trademeter/exporter-prometheus] ${variable} ${problem}`);
  });

  test('the error for a wrong file names the variable', async () => {
    process.env['OTEL_EXPORTER_PROMETHEUS_WEB_CONFIG_FILE'] = file('web.yml', 'basic_auth: {}');
    const exporter = new PrometheusExporter({ preventServerStart: true, host: '127.0.0.1', port: 0 });
    await expect(exporter.startServer()).rejects.toThrow(
      '[trademeter/exporter-prometheus] OTEL_EXPORTER_PROMETHEUS_WEB_CONFIG_FILE: the file must not have the key basic_auth; allowed keys are',
    );
  });
});

describe('a secret', () => {
  test.each<PrometheusExporterConfig>([
    { bearerToken: 'se cret' },
    { bearerToken: '' },
    { bearerToken: 5 as unknown as string },
    { basicAuthUsers: { user: 'secret' } },
    { basicAuthUsers: { user: '$2y$secret' } },
    { basicAuthUsers: { '': bcryptOfSecret } },
    { basicAuthUsers: { user: bcryptOfSecret.replace('$04$', '$99$') } },
    { basicAuthUsers: { user: scryptWith('ln=99,r=8,p=3') } },
    { basicAuthUsers: { user: scryptWith('ln=0,r=0,p=0') } },
    { basicAuthUsers: { user: scryptWith('ln=16,r=1,p=1') } },
    { basicAuthUsers: { user: scryptWith('ln=15,r=8,p=3').slice(0, -40) } },
  ])('with a wrong value is not quoted: %j', (config) => {
    const make = () => new PrometheusExporter({ preventServerStart: true, ...config });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(/ must be .*, got a value that is not shown, because it may be a secret$/);
    expect(make).toThrow(expect.objectContaining({ value: undefined }));
  });

  test('never appears in logs', async () => {
    using logs = captureLogs();
    const bearerTokenFile = file('token', 'first-secret');
    await using endpoint = await Endpoint.start({ bearerTokenFile, basicAuthUsers: { user: bcryptOfSecret } });
    await statusOf(endpoint, 'Bearer second-secret');
    await statusOf(endpoint, basic('user', 'third-secret'));
    writeFileSync(bearerTokenFile, 'two secrets');
    await statusOf(endpoint, 'Bearer first-secret');
    expect(logs.messages).toHaveLength(1);
    expect(logs.messages.join('\n')).not.toMatch(/first|second|third|secrets|\$2y/);
  });

  test('with a wrong value is named by its variable', () => {
    process.env['OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN'] = 'se cret';
    expect(() => new PrometheusExporter({ preventServerStart: true })).toThrow(
      /OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN must be a string of printable ASCII without spaces, got a value that is not shown/,
    );
  });
});
