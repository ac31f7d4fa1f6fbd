import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  anyString,
  ConfigurationError,
  checkOptions,
  httpUrl,
  integerBetween,
  isObject,
  type OptionCheck,
  oneOf,
  optionError,
  portNumber,
  secret,
} from '@trademeter/config';
import { createPageHandler } from './page-handler.ts';

// An import statement would also load undici, at the start of each bot that serves the page.
const http = process.getBuiltinModule('node:http');

/** ViewTarget is one bot to show. */
export interface ViewTarget {
  /** The URL of its metrics: `https://bot.example:9464/metrics`. Without a path, `/metrics` is added. */
  readonly url: string;
  /**
   * The name of the bot until a scrape shows it.
   *
   * @default host and port
   */
  readonly name?: string | undefined;
  /** Sent as `Authorization: Bearer`. */
  readonly bearerToken?: string | undefined;
  /** `{ user, password }`, sent as `Authorization: Basic`. */
  readonly basicAuth?: { readonly user: string; readonly password: string } | undefined;
}

/** Options of {@link startViewServer}. */
export interface ViewServerOptions {
  /** The bots to show, at least one. The server sends no request to any other address. */
  readonly targets: readonly ViewTarget[];
  /**
   * The loopback address to listen on.
   *
   * @default `127.0.0.1`
   */
  readonly host?: '127.0.0.1' | '::1' | 'localhost' | undefined;
  /**
   * The port to listen on; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number | undefined;
  /**
   * Milliseconds from one scrape to the next, at least 250.
   *
   * @default 2,000
   */
  readonly pollIntervalMillis?: number | undefined;
}

/** ViewServer is a page that is served on this machine. Disposing of it stops it. */
export interface ViewServer extends AsyncDisposable {
  /** The URL to open in a browser. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A target with checked address and credentials. */
interface CheckedTarget {
  readonly url: URL;
  readonly name: string;
  readonly authorization: string | undefined;
}

const checks: Readonly<Record<keyof ViewServerOptions, OptionCheck>> = {
  targets: { allowed: 'a list of at least one', accepts: (value) => Array.isArray(value) && value.length > 0 },
  host: oneOf('127.0.0.1', '::1', 'localhost'),
  port: portNumber,
  pollIntervalMillis: integerBetween(250, 3_600_000),
};

const targetChecks: Readonly<Record<keyof ViewTarget, OptionCheck>> = {
  url: { ...httpUrl, allowed: 'a URL such as http://localhost:9464/metrics' },
  name: anyString,
  bearerToken: secret({
    allowed: 'printable ASCII without spaces',
    accepts: (value) => typeof value === 'string' && /^[!-~]+$/.test(value),
  }),
  basicAuth: secret({ allowed: 'an object with user and password', accepts: isObject }),
};

const basicAuthChecks: Readonly<Record<'user' | 'password', OptionCheck>> = {
  user: {
    allowed: 'a name without a colon',
    accepts: (value) => typeof value === 'string' && !value.includes(':'),
  },
  password: secret(anyString),
};

const answerTimeoutMillis = 10_000;
const mostBytes = 256 * 1024 * 1024;

/**
 * Serves the live page of bots anywhere, and forwards their metrics to it. Bots only need a scrape endpoint.
 *
 * The server listens on a loopback address, sends requests only to the given targets, follows no redirects (they would
 * take the credentials elsewhere), and answers only its own page.
 *
 * @throws ConfigurationError naming the option that is wrong
 * @throws Node's error (`EADDRINUSE`, …) when it cannot listen
 */
export async function startViewServer(options: ViewServerOptions): Promise<ViewServer> {
  checkOptions('view', options, checks, ['targets']);
  const { host = '127.0.0.1', port = 0, pollIntervalMillis = 2_000 } = options;
  const targets = options.targets.map((target, index) => checkTarget(target, `targets[${index}]`));
  const page = createPageHandler({
    targets: targets.map(({ name }, index) => ({ path: `targets/${index}/metrics`, name })),
    pollIntervalMillis,
  });
  const server = http.createServer((request, response) => answer(request, response, targets, page, server));
  await listen(server, port, host);
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}/`,
    stop: () => stop(server),
    [Symbol.asyncDispose]: () => stop(server),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  targets: readonly CheckedTarget[],
  page: ReturnType<typeof createPageHandler>,
  server: Server,
): void {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (!isOwn(request, server)) {
    answerLine(response, 403, 'This is for the page on this machine alone.');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answerLine(response, 405, 'Only GET and HEAD.');
    return;
  }
  const index = /^\/targets\/(\d{1,6})\/metrics$/.exec(path)?.[1];
  const target = index === undefined ? undefined : targets[Number(index)];
  if (target !== undefined) passOn(request, response, target);
  else if (!page(request, response, path)) answerLine(response, 404, 'Not found');
}

/** Whether a request comes from the page: another site's name may resolve to this address (DNS rebinding). */
function isOwn({ headers }: IncomingMessage, server: Server): boolean {
  const { port } = server.address() as AddressInfo;
  const hosts = ['localhost', '127.0.0.1', '[::1]'].map((host) => `${host}:${port}`);
  const site = headers['sec-fetch-site'];
  return hosts.includes(headers.host ?? '') && (site === undefined || site === 'same-origin' || site === 'none');
}

function passOn(request: IncomingMessage, response: ServerResponse, { url, authorization }: CheckedTarget): void {
  const { request: send } = url.protocol === 'https:' ? process.getBuiltinModule('node:https') : http;
  const given = authorization ?? request.headers.authorization;
  const asked = send(url, {
    method: 'GET',
    headers: {
      accept: request.headers.accept ?? '*/*',
      'accept-encoding': 'gzip',
      ...(given === undefined ? {} : { authorization: given }),
    },
    signal: AbortSignal.timeout(answerTimeoutMillis),
  });
  response.once('close', () => asked.destroy());
  asked.once('error', (error: NodeJS.ErrnoException) => {
    if (response.headersSent) response.destroy();
    else answerLine(response, 502, `${url.host} does not answer (${error.code ?? error.name})`);
  });
  asked.once('response', (answered) => {
    const { statusCode = 502, headers } = answered;
    if (statusCode >= 300 && statusCode < 400) {
      answered.resume();
      answerLine(response, 502, `${url.host} redirects to another address, which is not followed`);
      return;
    }
    const kept = ['content-type', 'content-encoding', 'www-authenticate'] as const;
    for (const name of kept) if (headers[name] !== undefined) response.setHeader(name, headers[name]);
    response.writeHead(statusCode, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    let length = 0;
    answered.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > mostBytes) asked.destroy(new Error('the answer is too long'));
    });
    answered.once('error', () => response.destroy());
    answered.pipe(response);
  });
  asked.end();
}

function checkTarget(target: ViewTarget, path: string): CheckedTarget {
  checkOptions('view', target, targetChecks, ['url'], path);
  const { url, name, bearerToken, basicAuth } = target;
  if (basicAuth !== undefined) {
    checkOptions('view', basicAuth, basicAuthChecks, ['user', 'password'], `${path}.basicAuth`);
  }
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = '/metrics';
  const [user, password] = [parsed.username, parsed.password].map(decodeURIComponent);
  parsed.username = '';
  parsed.password = '';
  const credentials = basicAuth ?? (user === '' ? undefined : { user: user ?? '', password: password ?? '' });
  if (bearerToken !== undefined && credentials !== undefined) {
    const problem = `${path} must not have both a bearerToken and a user`;
    throw new ConfigurationError('view', problem, { option: path });
  }
  if (credentials !== undefined && !basicAuthChecks.user.accepts(credentials.user)) {
    throw optionError('view', `${path}.url`, { allowed: 'a URL whose user has no colon', isSecret: true }, url);
  }
  const basic = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  return {
    url: parsed,
    name: name ?? parsed.host,
    authorization: bearerToken === undefined ? basic && `Basic ${basic}` : `Bearer ${bearerToken}`,
  };
}

function answerLine(response: ServerResponse, status: number, line: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${line}\n`);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
