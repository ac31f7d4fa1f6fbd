import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Encoding, type Exposition, encodings, type ScrapeBody } from '@trademeter/exposition';
import type { EventLoopBudget } from '../collection/event-loop-budget.ts';
import { sendParts } from './answer.ts';
import { ForeignResponse } from './foreign-response.ts';
import { negotiateEncoding, negotiateExposition } from './negotiation.ts';
import { refuseOtherMethods } from './short-answers.ts';
import { SlowReaders } from './slow-readers.ts';

// Below this, compression costs more than it saves.
const smallestCompressed = 1024;

// Each keeps its text unchanged until it is done, which can take longer than a scrape interval.
const mostCompressions = 2;

/** The part of a request that decides about the answer. */
export interface ScrapeRequest {
  readonly method?: string | undefined;
  readonly headers: Pick<IncomingHttpHeaders, 'accept' | 'accept-encoding' | 'authorization'>;
}

/** ScrapeHandler answers scrapes over HTTP: it negotiates the format and sends the body. */
export class ScrapeHandler {
  readonly #scrape: (exposition: Exposition) => Promise<ScrapeBody>;
  readonly #budget: EventLoopBudget;
  readonly #timeoutMillis: number;
  readonly #readers: SlowReaders;
  #compressions = 0;
  #lastAsked: { readonly accept: string | undefined; readonly exposition: Exposition } | undefined;

  /**
   * @param scrape resolves to a body that is held for the handler
   * @param timeoutMillis milliseconds in which a client must have read an answer
   */
  constructor(scrape: (exposition: Exposition) => Promise<ScrapeBody>, budget: EventLoopBudget, timeoutMillis: number) {
    this.#scrape = scrape;
    this.#budget = budget;
    this.#timeoutMillis = timeoutMillis;
    this.#readers = new SlowReaders(timeoutMillis / 6);
  }

  /** Rejects, before anything is sent, when there is nothing to answer with. */
  async handle(request: ScrapeRequest, response: ServerResponse | ForeignResponse): Promise<void> {
    if (refuseOtherMethods(request, response)) return;
    const exposition = this.#expositionFor(request);
    const headers = { 'content-type': exposition.contentType, vary: 'Accept, Accept-Encoding' };
    if (request.method === 'HEAD') {
      response.writeHead(200, headers).end();
      return;
    }
    const body = await this.#scrape(exposition);
    if (response.headersSent) {
      // By a timeout of the application.
      body.release();
      return;
    }
    if (response instanceof ForeignResponse) {
      try {
        response.writeHead(200, { 'content-type': exposition.contentType }).end(body.text());
      } finally {
        body.release();
      }
      return;
    }
    const encoding = this.#encodingFor(request, body);
    if (encoding === undefined) {
      await this.#send(response, body.parts, headers).finally(() => body.release());
    } else {
      const parts = await this.#compress(body, encoding).finally(() => body.release());
      await this.#send(response, parts, { ...headers, 'content-encoding': encoding });
    }
  }

  #expositionFor({ headers: { accept } }: ScrapeRequest): Exposition {
    // A scraper sends the same header every time.
    if (this.#lastAsked === undefined || this.#lastAsked.accept !== accept) {
      this.#lastAsked = { accept, exposition: negotiateExposition(accept) };
    }
    return this.#lastAsked.exposition;
  }

  async #send(response: ServerResponse, parts: readonly Uint8Array[], headers: OutgoingHttpHeaders): Promise<void> {
    // Something else may have answered during the compression.
    if (response.headersSent) return;
    const length = parts.reduce((total, part) => total + part.length, 0);
    response.writeHead(200, { ...headers, 'content-length': length });
    try {
      const sent = sendParts(response, parts, this.#budget, this.#timeoutMillis);
      // After what is written at once, which the scraper waits for.
      this.#readers.add(parts, response);
      await sent;
    } catch (error) {
      // The scraper must not mistake a part for the whole.
      response.destroy();
      throw error;
    }
  }

  #encodingFor({ headers }: ScrapeRequest, body: ScrapeBody): Encoding | undefined {
    const { 'accept-encoding': accepted } = headers;
    if (body.length < smallestCompressed) return undefined;
    const encoding = negotiateEncoding(Array.isArray(accepted) ? accepted.join(',') : accepted, encodings);
    if (encoding === undefined || body.isCompressed(encoding)) return encoding;
    return this.#compressions < mostCompressions ? encoding : undefined;
  }

  async #compress(body: ScrapeBody, encoding: Encoding): Promise<readonly Uint8Array[]> {
    if (body.isCompressed(encoding)) return await body.compressed(encoding);
    this.#compressions += 1;
    try {
      return await body.compressed(encoding);
    } finally {
      this.#compressions -= 1;
    }
  }
}
