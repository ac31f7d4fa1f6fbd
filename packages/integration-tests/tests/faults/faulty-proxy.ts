import { once } from 'node:events';
import { createServer, type IncomingMessage, request as post, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { freePort } from '@trademeter/test-support/free-port';

/** An export that has arrived completely at a {@link FaultyProxy}. */
export interface Exchange {
  readonly body: Buffer;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Forwards it, and its answer. */
  readonly pass: () => void;
}

/** How a proxy treats an export. */
export type Behavior = (exchange: Exchange) => void;

/** A proxy between a bot and a Collector that can misbehave. Each bot has its own. */
export class FaultyProxy implements AsyncDisposable {
  /** The treatment of exports from now on. */
  behave: Behavior = pass;
  /** The number of exports that have arrived. */
  arrived = 0;
  readonly port: number;
  readonly #target: number;
  #server: Server | undefined;

  private constructor(port: number, target: number) {
    this.port = port;
    this.#target = target;
  }

  /** @param target the port of 127.0.0.1 on which the Collector receives OTLP over HTTP */
  static async to(target: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(await freePort(), target);
    await proxy.open();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves once this many more exports have arrived. */
  async arrivals(count: number): Promise<void> {
    const wanted = this.arrived + count;
    while (this.arrived < wanted) {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => void this.#receive(request, response));
    // The bot's end must not wait for a connection that is kept alive here.
    server.keepAliveTimeout = 60_000;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  /** Stops listening: connections are refused. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    this.arrived += 1;
    this.behave({ body, response, socket: request.socket, pass: () => this.#pass(request, body, response) });
  }

  #pass(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
    const headers = { 'content-type': type, ...(encoding !== undefined && { 'content-encoding': encoding }) };
    const onward = post({ port: this.#target, host: '127.0.0.1', path: request.url, method: 'POST', headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }
}

/** Forwards the export and its answer. */
export const pass: Behavior = ({ pass: onward }) => onward();

/** Accepts everything and never answers. */
export const hang: Behavior = () => {};

/** Cuts the connection before the answer. */
export const cut: Behavior = ({ socket }) => socket.resetAndDestroy();

/** Cuts the connection in the middle of the answer. */
export const cutAnswer: Behavior = ({ response, socket }) => {
  response.writeHead(503, { 'content-length': '1000' });
  response.write('Service Unav', () => socket.destroy());
};

/** Never ends its answer. */
export const trickle: Behavior = ({ response, socket }) => {
  response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': '1000000' });
  const timer = setInterval(() => response.write(' '), 10);
  socket.once('close', () => clearInterval(timer));
};

/** Answers with bytes that are not HTTP. */
export const babble: Behavior = ({ socket }) => {
  socket.end(Buffer.from('\u0000\u0001garbage\r\n\r\n'.repeat(100)));
};

/** Answers with a status. */
export function answerWith(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Behavior {
  return ({ response }) => {
    response.writeHead(status, headers).end(body);
  };
}

/** What a proxy's login page looks like to an exporter. */
export const loginPage = answerWith(
  200,
  { 'content-type': 'text/html' },
  `<!DOCTYPE html>${'<p>Log in</p>'.repeat(500)}`,
);
