import type { IncomingMessage, ServerResponse } from 'node:http';
import { anyList, checkOptions, integerBetween, longestTimerMillis, type OptionCheck } from '@trademeter/config';
import { type Asset, loadAssets } from './assets.ts';

/** PageTarget is one bot on the page. */
export interface PageTarget {
  /** The URL of its metrics, relative to the page: `metrics`. */
  readonly path: string;
  /** The name of the bot until a scrape shows it. */
  readonly name?: string | undefined;
}

/** Options of {@link createPageHandler}. */
export interface PageOptions {
  /** The bots to show. */
  readonly targets: readonly PageTarget[];
  /**
   * Milliseconds from one scrape to the next.
   *
   * @default 2,000
   */
  readonly pollIntervalMillis?: number | undefined;
}

/**
 * Answers requests for the page and its files.
 *
 * @param path the path of the request, without the query
 * @returns false, without an answer, for other paths and for methods other than GET and HEAD
 */
export type PageHandler = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

const checks: Readonly<Record<keyof PageOptions, OptionCheck>> = {
  targets: anyList,
  pollIntervalMillis: integerBetween(1, longestTimerMillis),
};

const folder = '/view/';
const configPath = '/view/config.json';

/**
 * Allows no foreign and no inline content, and no text becomes markup.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Creates a handler that serves the page at `/` and its files below `/view/`. They are public: only metrics are secret.
 *
 * Files are read and compressed on libuv's threads at the first request, and kept in memory.
 */
export function createPageHandler(options: PageOptions): PageHandler {
  checkOptions('view', options, checks, ['targets']);
  const { targets, pollIntervalMillis = 2_000 } = options;
  let loading: Promise<ReadonlyMap<string, Asset>> | undefined;
  const config = JSON.stringify({ targets, pollIntervalMillis });

  async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    try {
      loading ??= loadAssets();
      const assets = await loading;
      const asset = assets.get(path === '/' ? 'page/index.html' : path.slice(folder.length));
      if (asset === undefined)
        response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not found\n');
      else send(request, response, asset);
    } catch {
      // The next attempt may succeed.
      loading = undefined;
      if (response.headersSent) response.destroy();
      else {
        const text = 'The files of @trademeter/view cannot be read. (Bundlers must treat the package as external.)\n';
        response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
      }
    }
  }

  return (request, response, path) => {
    if (path !== '/' && !path.startsWith(folder)) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    for (const [name, value] of Object.entries(securityHeaders)) {
      if (!response.hasHeader(name)) response.setHeader(name, value);
    }
    response.setHeader('cache-control', 'no-cache');
    if (path === configPath) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(config) });
      response.end(request.method === 'HEAD' ? undefined : config);
    } else {
      void answer(request, response, path);
    }
    return true;
  };
}

function send({ method, headers }: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const coding = codingFor(headers['accept-encoding']);
  // One tag for each coding (RFC 9110, section 8.8.3.3).
  const etag = coding === 'plain' ? asset.etag : `${asset.etag.slice(0, -1)}-${coding}"`;
  response.setHeader('etag', etag);
  response.setHeader('vary', 'Accept-Encoding');
  if (headers['if-none-match']?.split(',').some((each) => each.trim().replace(/^W\//, '') === etag) === true) {
    response.writeHead(304).end();
    return;
  }
  const body = asset[coding];
  if (coding !== 'plain') response.setHeader('content-encoding', coding);
  response.writeHead(200, { 'content-type': asset.contentType, 'content-length': body.length });
  response.end(method === 'HEAD' ? undefined : body);
}

function codingFor(accepted: string | string[] | undefined): 'br' | 'gzip' | 'plain' {
  const text = String(accepted ?? '').toLowerCase();
  const accepts = (coding: string) =>
    text.split(',').some((each) => {
      const [name = '', ...parameters] = each.split(';').map((part) => part.trim());
      return name === coding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
    });
  if (accepts('br')) return 'br';
  return accepts('gzip') ? 'gzip' : 'plain';
}
