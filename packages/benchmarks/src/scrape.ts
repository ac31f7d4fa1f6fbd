import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One scrape as its client sees it. */
export interface Scrape {
  /** Milliseconds from the request to the last byte. */
  readonly millis: number;
  /** The size of the body. */
  readonly bytes: number;
}

/**
 * Scraper keeps its connection and reads as fast as data arrives. It reads into one buffer, and supports only the part
 * of HTTP that answers with a length need. A slower one would measure itself.
 */
export class Scraper implements Disposable {
  readonly #path: string;
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #receive: (chunk: Buffer) => void = () => {};
  #isAnswering = false;
  #fail: (error: Error) => void = () => {};

  constructor(url: string) {
    const { hostname, port, pathname } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    this.#path = pathname;
  }

  async scrape(): Promise<Scrape> {
    const isKept = this.#socket !== undefined;
    try {
      return await this.#request();
    } catch (error) {
      // A server may close an idle connection at the moment of the request.
      if (isKept && !this.#isAnswering) return await this.#request();
      throw error;
    }
  }

  async #request(): Promise<Scrape> {
    this.#isAnswering = false;
    const socket = (this.#socket ??= await this.#connect());
    const { promise, resolve, reject } = Promise.withResolvers<Scrape>();
    this.#fail = reject;
    const start = performance.now();
    let head = Buffer.alloc(0);
    let expected: number | undefined;
    let bytes = 0;
    this.#receive = (chunk) => {
      this.#isAnswering = true;
      bytes += chunk.length;
      if (expected === undefined) {
        const received = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const end = received.indexOf('\r\n\r\n');
        if (end === -1) {
          head = Buffer.from(received);
          return;
        }
        // The body stays bytes: converting it to text would take longer than receiving it.
        const text = received.toString('latin1', 0, end);
        bytes = received.length - end - 4;
        expected = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? Number.NaN);
        if (!text.startsWith('HTTP/1.1 200 ') || Number.isNaN(expected)) reject(new Error(text));
      }
      if (bytes >= expected) resolve({ millis: performance.now() - start, bytes });
    };
    socket.write(`GET ${this.#path} HTTP/1.1\r\nhost: ${this.#host}\r\naccept: text/plain;version=0.0.4\r\n\r\n`);
    return await promise;
  }

  async #connect(): Promise<Socket> {
    const buffer = Buffer.alloc(1024 * 1024);
    const socket = connect({
      host: this.#host,
      port: this.#port,
      onread: {
        buffer,
        callback: (length) => {
          this.#receive(buffer.subarray(0, length));
          return true;
        },
      },
    });
    socket.setNoDelay(true);
    await once(socket, 'connect');
    const end = (error: Error): void => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#fail(error);
    };
    socket.on('error', end);
    socket.once('close', () => end(new Error(`${this.#host}:${this.#port} closed the connection`)));
    return socket;
  }

  [Symbol.dispose](): void {
    this.#socket?.destroy();
  }
}
