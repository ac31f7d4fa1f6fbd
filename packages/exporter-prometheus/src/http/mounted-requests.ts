import type { ServerResponse } from 'node:http';
import { describeError, type Log } from '@trademeter/config';
import { isConnected } from './answer.ts';
import { ForeignResponse } from './foreign-response.ts';
import type { ScrapeRequest } from './scrape-handler.ts';
import { answerLine } from './short-answers.ts';

// The same as for one connection of our own server.
const mostUnanswered = 100;

/** A response for a mounted request. */
export type MountedResponse = ServerResponse | ForeignResponse;

/**
 * MountedRequests answers requests that the application's own server passes on. Whatever they are, and whatever happens
 * to the response meanwhile, no error escapes: it would end the bot.
 */
export class MountedRequests {
  readonly #answer: (request: ScrapeRequest, response: MountedResponse) => Promise<void>;
  readonly #log: Log;
  readonly #unanswered = new WeakMap<object, number>();

  constructor(answer: (request: ScrapeRequest, response: MountedResponse) => Promise<void>, log: Log) {
    this.#answer = answer;
    this.#log = log;
  }

  /** Never rejects. */
  async handle(request: unknown, response: unknown): Promise<void> {
    try {
      const target = this.#targetOf(response);
      if (target !== undefined) await this.#limited(request, target);
    } catch (error) {
      this.#warn(error);
    }
  }

  async #limited(request: unknown, response: MountedResponse): Promise<void> {
    const connection = property(request, 'socket');
    if (typeof connection !== 'object' || connection === null) return this.#answer(readRequest(request), response);
    const before = this.#unanswered.get(connection) ?? 0;
    if (before >= mostUnanswered) {
      answerLine(response, 503, 'Too many unanswered requests', { 'retry-after': '1', connection: 'close' });
      return;
    }
    this.#unanswered.set(connection, before + 1);
    try {
      await this.#answer(readRequest(request), response);
    } finally {
      this.#unanswered.set(connection, (this.#unanswered.get(connection) ?? 1) - 1);
    }
  }

  #targetOf(response: unknown): MountedResponse | undefined {
    if (typeof response !== 'object' || response === null) {
      this.#log.warnOnce('a request was not answered: getMetricsRequestHandler() was called without a response');
      return undefined;
    }
    const target = isConnected(response) ? response : new ForeignResponse(response, (error) => this.#warn(error));
    if (target.headersSent) {
      this.#log.warnOnce('a request was not answered: its response was already sent');
      return undefined;
    }
    if (target instanceof ForeignResponse) {
      if (target.isUsable) return target;
      this.#log.warnOnce('a request was not answered: the response has no method end()');
      return undefined;
    }
    // Without a listener, a write after something else ended the response would end the bot.
    target.on('error', (error) => this.#warn(error));
    return target;
  }

  #warn(error: unknown): void {
    this.#log.warnOnce(`a request was not answered: ${describeError(error)}`);
  }
}

function readRequest(request: unknown): ScrapeRequest {
  const method = property(request, 'method');
  const headers = property(request, 'headers');
  const header = (name: string): string | undefined => {
    const value = property(headers, name);
    return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : undefined;
  };
  return {
    method: typeof method === 'string' ? method.toUpperCase() : 'GET',
    headers: Object.fromEntries(
      readHeaders.flatMap((name) => {
        const value = header(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}

const readHeaders = ['accept', 'accept-encoding', 'authorization'] as const;

function property(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}
