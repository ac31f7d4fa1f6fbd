import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { captureLogs } from '@trademeter/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Endpoint } from '../../test/scrape.ts';
import { PrometheusExporter, type TlsConfig } from '../index.ts';

const certificates = join(import.meta.dirname, '../testdata/tls');
const pathOf = (name: string) => join(certificates, name);
const pem = (name: string) => readFileSync(pathOf(name), 'utf8');
const ca = pem('ca.crt');
const server: TlsConfig = { certFile: pathOf('server.crt'), keyFile: pathOf('server.key') };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exporter-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The result for a client with or without a certificate. */
async function scrapeAs(endpoint: Endpoint, name?: 'client' | 'stranger' | 'masquerader'): Promise<number | 'refused'> {
  const shown = name === undefined ? {} : { cert: pem(`${name}.crt`), key: pem(`${name}.key`) };
  try {
    return (await endpoint.get({ ca, ...shown })).status;
  } catch {
    return 'refused';
  }
}

async function certificateOf(endpoint: Endpoint): Promise<PeerCertificate> {
  const { host = '', port = 0 } = endpoint.exporter.address ?? {};
  const socket = connect({ host, port, ca, servername: 'localhost' });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerCertificate();
  socket.destroy();
  return certificate;
}

describe('TLS', () => {
  test('serves https only', async () => {
    await using endpoint = await Endpoint.start({ tls: server });
    const { address } = endpoint.exporter;
    expect(address?.url).toBe(`https://127.0.0.1:${address?.port}/metrics`);
    expect((await endpoint.get({ ca })).status).toBe(200);
    await expect(fetch(`http://127.0.0.1:${address?.port}/metrics`)).rejects.toThrow('fetch failed');
  });

  test('comes from the environment', async () => {
    process.env['OTEL_EXPORTER_PROMETHEUS_TLS_CERT_FILE'] = server.certFile;
    process.env['OTEL_EXPORTER_PROMETHEUS_TLS_KEY_FILE'] = server.keyFile;
    try {
      await using endpoint = await Endpoint.start();
      expect((await endpoint.get({ ca })).status).toBe(200);
    } finally {
      delete process.env['OTEL_EXPORTER_PROMETHEUS_TLS_CERT_FILE'];
      delete process.env['OTEL_EXPORTER_PROMETHEUS_TLS_KEY_FILE'];
    }
  });

  test('renews its certificate when the files change', async () => {
    const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
    copyFileSync(pathOf('server.crt'), files.certFile);
    copyFileSync(pathOf('server.key'), files.keyFile);
    await using endpoint = await Endpoint.start({ tls: files });
    expect((await certificateOf(endpoint)).subject.CN).toBe('server');
    copyFileSync(pathOf('renewed.crt'), files.certFile);
    copyFileSync(pathOf('renewed.key'), files.keyFile);
    expect((await certificateOf(endpoint)).subject.CN).toBe('renewed');
    expect((await endpoint.get({ ca })).status).toBe(200);
  });

  test('keeps the old certificate when the new one is broken, and logs it', async () => {
    using logs = captureLogs();
    const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
    copyFileSync(pathOf('server.crt'), files.certFile);
    copyFileSync(pathOf('server.key'), files.keyFile);
    await using endpoint = await Endpoint.start({ tls: files });
    copyFileSync(pathOf('renewed.crt'), files.certFile);
    expect((await certificateOf(endpoint)).subject.CN).toBe('server');
    expect(logs.from('exporter-prometheus')).toEqual([
      expect.stringMatching(
        /^kept the previous web settings: tls must have a certificate and its key: .*key values mismatch \(.*tls\.crt, .*tls\.key\)$/,
      ),
    ]);
    copyFileSync(pathOf('renewed.key'), files.keyFile);
    expect((await certificateOf(endpoint)).subject.CN).toBe('renewed');
    // A problem is logged again when it comes back.
    for (const text of ['broken', pem('renewed.crt'), 'broken']) {
      writeFileSync(files.certFile, text);
      expect((await certificateOf(endpoint)).subject.CN).toBe('renewed');
    }
    const problem = expect.stringMatching(/^kept the previous web settings: tls must have a certificate and its key/);
    const recovery = `the web settings are read again from tls, ${files.certFile}, ${files.keyFile}`;
    expect(logs.from('exporter-prometheus')).toEqual([problem, recovery, problem, recovery, problem]);
  });

  test('does not stop changes of the token while its certificate is broken', async () => {
    using _quiet = captureLogs();
    const files = { certFile: join(folder, 'tls.crt'), keyFile: pathOf('server.key') };
    const bearerTokenFile = join(folder, 'token');
    copyFileSync(pathOf('server.crt'), files.certFile);
    writeFileSync(bearerTokenFile, 'old');
    await using endpoint = await Endpoint.start({ tls: files, bearerTokenFile });
    writeFileSync(files.certFile, 'broken');
    writeFileSync(bearerTokenFile, 'newer');
    const statusWith = async (token: string) =>
      (await endpoint.get({ ca, headers: { authorization: `Bearer ${token}` } })).status;
    expect(await statusWith('old')).toBe(401);
    expect(await statusWith('newer')).toBe(200);
  });

  test.each<[problem: string, tls: () => TlsConfig, message: RegExp]>([
    [
      'missing',
      () => ({ ...server, certFile: join(folder, 'none.crt') }),
      /tls\.certFile must be a readable file: ENOENT/,
    ],
    ['empty', () => ({ ...server, certFile: emptyFile() }), /tls must have a certificate and its key: .+/],
    [
      'of another key',
      () => ({ ...server, keyFile: pathOf('renewed.key') }),
      /tls must have a certificate and its key: .*mismatch/,
    ],
  ])('prevents the start when a file is %s', async (_problem, tls, message) => {
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true, tls: tls() });
    await expect(exporter.startServer()).rejects.toThrow(message);
    await expect(exporter.startServer()).rejects.toThrow(expect.objectContaining({ code: 'ERR_TRADEMETER_FILE' }));
  });

  test.each<[tls: unknown, message: string]>([
    ['yes', 'tls must be an object with certFile and keyFile, got "yes"'],
    [
      {},
      '2 settings are wrong:\n  - tls.certFile must be the path of a file, got undefined\n  - tls.keyFile must be the path of a file, got undefined',
    ],
    [{ certFile: 'x' }, 'tls.keyFile must be the path of a file, got undefined'],
    [
      { ...server, clientAuthType: 'maybe' },
      'tls.clientAuthType must be one of NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert, got "maybe"',
    ],
    [{ ...server, minVersion: 'SSL3' }, 'tls.minVersion must be one of TLS10, TLS11, TLS12, TLS13, got "SSL3"'],
    [{ ...server, clientAllowedSans: 'a' }, 'tls.clientAllowedSans must be a list of strings, got "a"'],
    ...([undefined, 'NoClientCert', 'RequestClientCert', 'VerifyClientCertIfGiven'] as const).map(
      (clientAuthType): [tls: unknown, message: string] => [
        { ...server, clientAllowedSans: ['a'], ...(clientAuthType === undefined ? {} : { clientAuthType }) },
        `tls.clientAuthType must be RequireAnyClientCert or RequireAndVerifyClientCert when clientAllowedSans is set, got "${clientAuthType ?? 'NoClientCert'}"`,
      ],
    ),
  ])('is refused as %j', (tls, message) => {
    const make = () => new PrometheusExporter({ preventServerStart: true, tls: tls as TlsConfig });
    expect(make).toThrow(`[trademeter/exporter-prometheus] ${message}`);
  });

  test('accepts no version below the minimum', async () => {
    await using endpoint = await Endpoint.start({ tls: { ...server, minVersion: 'TLS13' } });
    await expect(endpoint.get({ ca, maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
    expect((await endpoint.get({ ca })).status).toBe(200);
  });
});

describe("a client's certificate", () => {
  const clientCaFile = pathOf('ca.crt');

  test.each<
    [TlsConfig['clientAuthType'], none: number | 'refused', client: number | 'refused', stranger: number | 'refused']
  >([
    ['NoClientCert', 200, 200, 200],
    ['RequestClientCert', 200, 200, 200],
    ['RequireAnyClientCert', 'refused', 200, 200],
    ['VerifyClientCertIfGiven', 200, 200, 'refused'],
    ['RequireAndVerifyClientCert', 'refused', 200, 'refused'],
    [undefined, 'refused', 200, 'refused'],
  ])('is treated as %s says', async (clientAuthType, none, client, stranger) => {
    const tls = { ...server, clientCaFile, ...(clientAuthType === undefined ? {} : { clientAuthType }) };
    await using endpoint = await Endpoint.start({ tls });
    expect(await scrapeAs(endpoint)).toBe(none);
    expect(await scrapeAs(endpoint, 'client')).toBe(client);
    expect(await scrapeAs(endpoint, 'stranger')).toBe(stranger);
  });

  test('must have one of the allowed names', async () => {
    await using right = await Endpoint.start({
      tls: { ...server, clientCaFile, clientAllowedSans: ['other', 'scraper'] },
    });
    expect(await scrapeAs(right, 'client')).toBe(200);
    await using wrong = await Endpoint.start({
      tls: { ...server, clientCaFile, clientAllowedSans: ['scrape', 'DNS:scraper'] },
    });
    expect(await scrapeAs(wrong, 'client')).toBe('refused');
  });

  test('does not match a name inside a name of another kind', async () => {
    const tls = { ...server, clientCaFile: pathOf('masquerader.crt') };
    await using wrong = await Endpoint.start({ tls: { ...tls, clientAllowedSans: ['scraper'] } });
    expect(await scrapeAs(wrong, 'masquerader')).toBe('refused');
    await using right = await Endpoint.start({ tls: { ...tls, clientAllowedSans: ['masquerader'] } });
    expect(await scrapeAs(right, 'masquerader')).toBe(200);
  });
});

describe('the authorities of clients', () => {
  const whole = pem('ca.crt');

  test.each([
    ['empty', ''],
    ['no PEM text', 'hello'],
    ['half a certificate', whole.slice(0, 200)],
    ['half a certificate after a whole one', whole + whole.slice(0, 200)],
    ['an invalid certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['a key', pem('client.key')],
  ])('prevent the start when their file has %s', async (_what, text) => {
    const clientCaFile = join(folder, 'ca.crt');
    writeFileSync(clientCaFile, text);
    const tls = { ...server, clientCaFile };
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true, tls });
    await expect(exporter.startServer()).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_TRADEMETER_FILE',
        option: 'tls.clientCaFile',
        problem: `tls.clientCaFile must contain complete certificates in PEM format, which ${clientCaFile} does not`,
      }),
    );
  });

  test('stay the same while their file is broken, which is logged', async () => {
    using logs = captureLogs();
    const clientCaFile = join(folder, 'ca.crt');
    writeFileSync(clientCaFile, `of the test\n${whole}${pem('stranger.crt')}`);
    await using endpoint = await Endpoint.start({ tls: { ...server, clientCaFile } });
    for (const text of ['', whole.slice(0, 200)]) {
      writeFileSync(clientCaFile, text);
      expect(await scrapeAs(endpoint, 'client')).toBe(200);
      expect(await scrapeAs(endpoint, 'stranger')).toBe(200);
      expect(await scrapeAs(endpoint)).toBe('refused');
    }
    expect(logs.from('exporter-prometheus')).toEqual([
      expect.stringContaining('tls.clientCaFile must contain complete certificates in PEM'),
    ]);
    writeFileSync(clientCaFile, whole);
    expect(await scrapeAs(endpoint, 'stranger')).toBe('refused');
  });
});

function emptyFile(): string {
  const path = join(folder, 'empty.crt');
  writeFileSync(path, '');
  return path;
}
