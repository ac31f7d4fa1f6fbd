import type { OutgoingHttpHeaders } from 'node:http';
import type { ShortResponse } from './short-answers.ts';

type Method = (...given: unknown[]) => unknown;

/**
 * ForeignResponse is a response that is not sent over a connection of Node's server, or whose connection cannot be
 * watched: from light-my-request, node-mocks-http, HTTP/2, or an object with just `setHeader` and `end`. It gets the
 * whole answer at once, as text.
 */
export class ForeignResponse implements ShortResponse {
  readonly #target: object;
  readonly #onReject: (error: unknown) => void;

  /** @param onReject called when a method of the response rejects; errors it throws are thrown on */
  constructor(target: object, onReject: (error: unknown) => void) {
    this.#target = target;
    this.#onReject = onReject;
  }

  /** True when the response has a method to answer with. */
  get isUsable(): boolean {
    return this.#method('end') !== undefined;
  }

  /** True when the response was already sent. */
  get headersSent(): boolean {
    return Reflect.get(this.#target, 'headersSent') === true || Reflect.get(this.#target, 'writableEnded') === true;
  }

  writeHead(status: number, headers: OutgoingHttpHeaders): this {
    // HTTP/2 has no such header.
    const { connection: _, ...sent } = headers;
    // Upstream's exporter does this, and imitations of responses expect it.
    if (this.#method('setHeader') === undefined) this.#call('writeHead', status, sent);
    Reflect.set(this.#target, 'statusCode', status);
    for (const [name, value] of Object.entries(sent)) this.#call('setHeader', name, value);
    return this;
  }

  end(text?: string): void {
    if (text === undefined) this.#call('end');
    else this.#call('end', text);
  }

  #method(name: string): Method | undefined {
    const found: unknown = Reflect.get(this.#target, name);
    return typeof found === 'function' ? (found as Method) : undefined;
  }

  #call(name: string, ...given: unknown[]): void {
    const method = this.#method(name);
    if (method === undefined) return;
    Promise.resolve(Reflect.apply(method, this.#target, given)).catch(this.#onReject);
  }
}
