import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Log } from '@trademeter/config';
import type { HostCheck } from '../access/host-check.ts';
import { RateLimit } from '../access/rate-limit.ts';
import type { WebSettings } from '../access/web-settings.ts';
import { answerLine, refuseOtherMethods } from './short-answers.ts';

/** The health check, which is open to everyone. */
export const healthPath = '/-/healthy';

/**
 * Answers requests at paths that the exporter does not serve.
 *
 * @param path the path of the request, without the query
 * @returns whether it answers; otherwise the exporter does. A promise of that while the pages are being loaded
 */
export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => boolean | Promise<boolean>;

/** The handlers behind the routes. */
export interface RouteTargets {
  /** Answers a scrape that is allowed. */
  readonly serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Checks credentials, and answers if they are missing or wrong. */
  readonly isAllowed: (request: IncomingMessage, response: ServerResponse, settings: WebSettings) => Promise<boolean>;
  readonly pages: PageHandler | undefined;
}

/** Routes decides what the server answers at which path. */
export class Routes {
  readonly #endpoint: string;
  readonly #hosts: HostCheck;
  readonly #targets: RouteTargets;
  readonly #log: Log;
  #rateLimit: { readonly of: WebSettings['rateLimit']; readonly limit: RateLimit } | undefined;

  /**
   * @param endpoint the path of the metrics, with its leading slash
   * @param hosts checks Host headers while the server listens on loopback only
   */
  constructor(endpoint: string, hosts: HostCheck, targets: RouteTargets, log: Log) {
    this.#endpoint = endpoint;
    this.#hosts = hosts;
    this.#targets = targets;
    this.#log = log;
  }

  /** @param isPrivate whether the server listens on loopback only */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    settings: WebSettings,
    isPrivate: boolean,
  ): Promise<void> {
    for (const [name, value] of Object.entries(settings.headers)) response.setHeader(name, value);
    // The common case needs no parsing.
    const path = request.url === this.#endpoint ? this.#endpoint : pathOf(request.url);
    if (request.url === '*' && refuseOtherMethods(request, response)) {
      // `OPTIONS *` asks about the server itself (RFC 9112, section 3.2.4).
    } else if (path === undefined) {
      answerLine(response, 400, 'Bad request');
    } else if (path === healthPath) {
      if (!refuseOtherMethods(request, response)) answerLine(response, 200, 'Healthy');
    } else if (isPrivate && !hostsOf(request).every((host) => this.#hosts.allows(host))) {
      this.#log.warnOnce(
        'a request was refused: its Host header is neither localhost, an IP address nor one of allowedHosts',
      );
      answerLine(response, 403, 'This host name is not allowed');
    } else if (path !== this.#endpoint && (await this.#servesPage(request, response, path))) {
      // Answered. A page has many files, and none needs a collection; the rate limit is for scrapes.
    } else if (!this.#isWithinRate(settings)) {
      answerLine(response, 429, 'Too many requests');
    } else if (!(await this.#targets.isAllowed(request, response, settings))) {
      // Answered.
    } else if (path === this.#endpoint) {
      await this.#targets.serve(request, response);
    } else if (path !== '/') {
      answerLine(response, 404, 'Not found');
    } else if (!refuseOtherMethods(request, response)) {
      // Headers of the settings take precedence.
      for (const [name, value] of Object.entries(landingPageHeaders)) {
        if (!response.hasHeader(name)) response.setHeader(name, value);
      }
      response.end(landingPage(this.#endpoint));
    }
  }

  async #servesPage(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    try {
      return (await this.#targets.pages?.(request, response, path)) === true;
    } catch (error) {
      this.#log.error(`pages failed at ${path}:`, error);
      if (response.headersSent) response.destroy();
      else answerLine(response, 500, 'The page could not be served.');
      return true;
    }
  }

  #isWithinRate({ rateLimit }: WebSettings): boolean {
    if (rateLimit === undefined) return true;
    if (this.#rateLimit?.of !== rateLimit) {
      const limit = new RateLimit(rateLimit.intervalMillis, rateLimit.burst, () => performance.now());
      this.#rateLimit = { of: rateLimit, limit };
    }
    return this.#rateLimit.limit.take();
  }
}

/** Every host that a request names: in its request line, if that has a whole URL, and in its headers. */
function hostsOf({ url = '', rawHeaders }: IncomingMessage): string[] {
  const hosts = url.startsWith('/') || !URL.canParse(url) ? [] : [new URL(url).host];
  // Names and values take turns.
  for (const [index, text] of rawHeaders.entries()) {
    if (index % 2 === 0 && text.length === 4 && text.toLowerCase() === 'host') hosts.push(rawHeaders[index + 1] ?? '');
  }
  return hosts;
}

/** The path of a request line, which may be a whole URL; `undefined` for anything else. */
function pathOf(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const url = target.startsWith('/') ? `http://localhost${target}` : target;
  // Without a host, URL would make one of the path.
  return /^(\/|https?:\/\/[^/\\])/i.test(target) && URL.canParse(url) ? new URL(url).pathname : undefined;
}

/** Headers of {@link landingPage}: it loads nothing, and nothing may frame it. */
const landingPageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** The page for a person who opens the server in a browser. */
function landingPage(endpoint: string): string {
  const path = endpoint.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Metrics</title>
<h1>Metrics</h1>
<p><a href="${path}">${path}</a> is for Prometheus to scrape.</p>
</html>
`;
}
