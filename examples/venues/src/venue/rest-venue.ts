import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { close, listen } from './listening.ts';
import { type ErrorTypes, Venue } from './venue.ts';

/** A request to a REST interface. */
export interface RestRequest {
  /** `POST /v2/orders` */
  readonly route: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** A client on the WebSocket. */
export interface SocketClient {
  send(message: unknown): void;
  /** Subscribes it to reports. */
  subscribe(): void;
}

/** The answer to a request: JSON, or a cut connection. */
export interface RestReply {
  json(status: number, body: unknown): void;
  cut(): void;
}

/** A venue with a REST and a WebSocket interface. */
export abstract class RestVenue extends Venue {
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#http });
  readonly #subscribers = new Set<WebSocket>();
  #address = '';

  readonly errorTypes: ErrorTypes;

  /** @param errorTypes the `error.type` of each rejection, as the client reports it */
  constructor(errorTypes: ErrorTypes) {
    super();
    this.errorTypes = errorTypes;
  }

  /** `127.0.0.1:40123` */
  protected get address(): string {
    return this.#address;
  }

  async listen(): Promise<this> {
    this.#address = await listen(this.#http);
    this.#sockets.on('connection', (socket) => {
      const client: SocketClient = {
        send: (message) => socket.send(JSON.stringify(message)),
        subscribe: () => this.#subscribers.add(socket),
      };
      socket.on('message', (data) => this.receive(JSON.parse((data as Buffer).toString()), client));
      socket.on('close', () => this.#subscribers.delete(socket));
    });
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await close(this.#http);
  }

  protected abstract answer(request: RestRequest, reply: RestReply): void;

  /** Handles a client's message on the WebSocket. */
  protected abstract receive(message: unknown, client: SocketClient): void;

  /** Sends a message to every subscribed client. */
  protected report(message: unknown): void {
    for (const socket of this.#subscribers) socket.send(JSON.stringify(message));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://venue');
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.answer(
      { route: `${request.method} ${pathname}`, query: searchParams, body },
      {
        json: (status, answer) => {
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(answer === undefined ? undefined : JSON.stringify(answer));
        },
        cut: () => response.destroy(),
      },
    );
  }
}
