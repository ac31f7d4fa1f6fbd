import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBot } from '@trademeter/test-support';
import { captureLogs } from '@trademeter/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import { PrometheusExporter } from '../index.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exporter-'));
  path = join(folder, 'token');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function makeFifo(): void {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
}

describe.runIf(process.platform !== 'win32')('a credential file that is not a regular file', () => {
  test.each<[option: 'bearerTokenFile' | 'webConfigFile', kind: string, make: () => string, problem: string]>([
    ['bearerTokenFile', 'named pipe', () => (makeFifo(), path), 'is a named pipe, not a regular file'],
    ['webConfigFile', 'named pipe', () => (makeFifo(), path), 'is a named pipe, not a regular file'],
    ['bearerTokenFile', 'directory', () => folder, 'is a directory, not a regular file'],
    ['bearerTokenFile', 'device without end', () => '/dev/zero', 'is a device, not a regular file'],
    ['webConfigFile', 'device without end', () => '/dev/zero', 'is a device, not a regular file'],
  ])('prevents the start, and nothing else: %s is a %s', async (option, _kind, make, problem) => {
    const named = make();
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, [option]: named, preventServerStart: true });
    await expect(exporter.startServer()).rejects.toThrow(
      `[trademeter/exporter-prometheus] ${option} must be a readable file: ${named} ${problem}`,
    );
    expect(exporter.address).toBeUndefined();
  });

  test.each([
    ['a named pipe', makeFifo],
    ['a directory', () => (rmSync(path, { force: true }), mkdirSync(path))],
    ['a device', () => (rmSync(path, { force: true }), symlinkSync('/dev/zero', path))],
  ])('allows nobody when a token file becomes %s, until it is a file again', async (kind, make) => {
    using logs = captureLogs();
    writeFileSync(path, 'first');
    await using endpoint = await Endpoint.start({ bearerTokenFile: path });
    const scrape = (token: string) => endpoint.get({ headers: { authorization: `Bearer ${token}` } });
    expect((await scrape('first')).status).toBe(200);
    make();
    for (let round = 0; round < 3; round += 1) {
      const answer = await scrape('first');
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect((await endpoint.get()).status).toBe(401);
    rmSync(path, { recursive: true });
    writeFileSync(path, 'second');
    expect((await scrape('second')).status).toBe(200);
    expect(logs.from('exporter-prometheus')).toEqual([
      `tokens from the file are rejected: bearerTokenFile must be a readable file: ${path} is ${kind}, not a regular file`,
      'the web settings are read again from bearerTokenFile',
    ]);
  });

  test('does not keep the process alive', async () => {
    makeFifo();
    const code = `
      import { PrometheusExporter } from ${JSON.stringify(join(import.meta.dirname, '../index.ts'))};
      new PrometheusExporter({ host: '127.0.0.1', port: 0, bearerTokenFile: ${JSON.stringify(path)} }, (error) => {
        console.log(error?.code);
      });
    `;
    await using program = startBot({ nodeOptions: ['--input-type=module-typescript', '-e', code] });
    expect(await program.succeeds()).toMatchObject({ stdout: 'ERR_TRADEMETER_FILE\n' });
  });
});

describe('a token file', () => {
  test.each([
    ['a NUL', 'secret\0'],
    ['a NUL inside', 'sec\0ret'],
    ['UTF-16', Buffer.from('secret', 'utf16le')],
    ['a letter beyond ASCII', 'sécret'],
    ['a control character', 'sec\u0007ret'],
    ['two tokens', 'one two'],
    ['two lines', 'one\ntwo'],
    ['nothing', ''],
    ['spaces alone', ' \n'],
  ])('is refused: %s', async (_what, content) => {
    writeFileSync(path, content);
    const exporter = new PrometheusExporter({ port: 0, bearerTokenFile: path, preventServerStart: true });
    await expect(exporter.startServer()).rejects.toThrow(
      `bearerTokenFile must contain one token and nothing else; ${path} does not`,
    );
  });

  test('larger than a megabyte is refused', async () => {
    writeFileSync(path, 'x'.repeat(2 ** 20 + 1));
    const exporter = new PrometheusExporter({ port: 0, bearerTokenFile: path, preventServerStart: true });
    await expect(exporter.startServer()).rejects.toThrow(`${path} is larger than 1048576 bytes`);
  });

  test.each([
    ['a line end', 'secret\r\n'],
    ['a byte order mark', '\ufeffsecret\n'],
  ])('may have %s', async (_what, content) => {
    writeFileSync(path, content);
    await using endpoint = await Endpoint.start({ bearerTokenFile: path });
    expect((await endpoint.get({ headers: { authorization: 'Bearer secret' } })).status).toBe(200);
  });

  test('is checked once for all simultaneous requests', async () => {
    writeFileSync(path, 'secret');
    await using endpoint = await Endpoint.start({ bearerTokenFile: path });
    const headers = { authorization: 'Bearer secret' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => endpoint.get({ headers })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await sleep(0);
  });
});

describe('a user', () => {
  // The hash of "secret" from htpasswd -nbB -C 4.
  const hash = '$2y$04$s16gVjKHPZ6EC2UPJPM57OEOTX5E6WdisIRrcfsXBfFXAARE4ezHm';
  const authorization = `Basic ${Buffer.from('bob:secret').toString('base64')}`;

  test.each([' bob', 'bob\n', '\tbob\r\n'])('%j is trimmed', async (user) => {
    await using endpoint = await Endpoint.start({ basicAuthUsers: { [user]: hash } });
    expect((await endpoint.get({ headers: { authorization } })).status).toBe(200);
  });

  test.each<[what: string, users: Record<string, string>]>([
    ['nothing but spaces', { ' ': hash }],
    ['a colon', { 'a:b': hash }],
    ['a control character', { 'a\u0000b': hash }],
    ['a control character beyond ASCII', { 'a\u0085b': hash }],
    ['the name of another one', { bob: hash, ' bob': hash }],
  ])('is refused: %s', (_what, basicAuthUsers) => {
    expect(() => new PrometheusExporter({ basicAuthUsers, preventServerStart: true })).toThrow(
      'basicAuthUsers must be an object of password hashes by user name, each name once and without colons or control characters',
    );
  });

  test.each<[what: string, users: Record<string, string>]>([
    ['a hash that takes a day to check', { bob: hash.replace('$04$', '$31$') }],
    ['a hash that takes a minute to check', { bob: hash.replace('$04$', '$17$') }],
  ])('is refused: %s', (_what, basicAuthUsers) => {
    expect(() => new PrometheusExporter({ basicAuthUsers, preventServerStart: true })).toThrow(
      'basicAuthUsers must be a password hash for each user, from hashPassword() or from bcrypt with a cost of at most 16',
    );
  });

  test.each([
    ['"a:b"', hash, '"a:b" must be a name without colons or control characters'],
    ['"a\\u0000b"', hash, '"a\\u0000b" must be a name without colons or control characters'],
    ['bob', hash.replace('$04$', '$31$'), 'must be a bcrypt hash (htpasswd -nB) with a cost of at most 16'],
  ])('%s of a web config is refused', async (user, itsHash, problem) => {
    writeFileSync(path, `basic_auth_users: { ${user}: ${itsHash} }`);
    const exporter = new PrometheusExporter({ port: 0, webConfigFile: path, preventServerStart: true });
    await expect(exporter.startServer()).rejects.toThrow(problem);
  });
});

describe('an empty variable for a token', () => {
  const variable = 'OTEL_EXPORTER_PROMETHEUS_BEARER_TOKEN';

  afterEach(() => {
    Reflect.deleteProperty(process.env, variable);
  });

  test.each<[host: string, token: string | undefined, warns: boolean]>([
    ['0.0.0.0', undefined, true],
    ['0.0.0.0', 'secret', false],
    ['127.0.0.1', undefined, false],
  ])('on %s, with the token %s in code, is logged: %s', async (host, bearerToken, warns) => {
    using logs = captureLogs();
    process.env[variable] = '';
    await using endpoint = await Endpoint.start({ host, ...(bearerToken === undefined ? {} : { bearerToken }) });
    const expected = `${variable} is empty: anyone who reaches ${endpoint.exporter.address?.url} may scrape`;
    expect(logs.from('exporter-prometheus')).toEqual(warns ? [expected] : []);
  });
});
