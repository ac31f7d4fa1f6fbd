import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerEnd } from './answer.ts';
import type { TlsSettings } from './tls-settings.ts';

// A scraper has one; a proxy may send a few at once.
const mostUnanswered = 100;

interface Request {
  readonly response: ServerResponse;
  readonly answer: () => Promise<void>;
}

interface Connection {
  readonly client: string;
  readonly socket: Socket;
  /** How it came to be admitted. */
  readonly tls: TlsSettings | undefined;
  /** Those that are not answered yet, in order; the first is being answered. */
  readonly requests: Request[];
}

/** The connections of a server: as many as are allowed, of which those that are idle give way. */
export class Connections {
  readonly #most: number;
  // Those that are idle for the longest time first.
  readonly #byClient = new Map<string, Connection>();
  readonly #bySocket = new WeakMap<Socket, Connection>();
  #isClosing = false;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param tls what it has to keep to; left out, it speaks no TLS
   * @returns false when there is no room for it, or nobody at its other end any more: it is closed
   */
  admit(socket: Socket, tls: TlsSettings | undefined): boolean {
    const client = clientOf(socket);
    if (client === undefined || (this.#byClient.size >= this.#most && !this.#makeRoom())) {
      socket.destroy();
      return false;
    }
    const connection: Connection = { client, socket, tls, requests: [] };
    this.#byClient.set(client, connection);
    socket.once('close', () => {
      if (this.#byClient.get(client) === connection) this.#byClient.delete(client);
    });
    return true;
  }

  /**
   * Answers a request when those before it on its connection are answered. A client that has too many unanswered ones
   * is cut off: it could have any number of them, and each takes memory.
   *
   * @param tls what connections have to keep to now: one that was admitted by something else is closed
   * @param answer begins the answer; never rejects
   */
  answer(response: ServerResponse, tls: TlsSettings | undefined, answer: () => Promise<void>): void {
    const { socket } = response.req;
    const connection = this.#connectionOf(socket);
    if (connection === undefined || connection.tls !== tls || connection.requests.length >= mostUnanswered) {
      socket.destroy();
      return;
    }
    connection.requests.push({ response, answer });
    if (connection.requests.length === 1) void this.#answerAll(connection);
  }

  async #answerAll(connection: Connection): Promise<void> {
    const { client, socket, requests } = connection;
    for (let next = requests[0]; next !== undefined && !socket.destroyed; next = requests[0]) {
      await next.answer();
      await answerEnd(next.response);
      requests.shift();
    }
    requests.length = 0;
    if (socket.destroyed) return;
    if (this.#isClosing) socket.destroySoon();
    this.#byClient.delete(client);
    this.#byClient.set(client, connection);
  }

  /** Cuts what is idle at once, and all others when their answers are sent. */
  close(): void {
    this.#isClosing = true;
    for (const { socket, requests } of this.#byClient.values()) if (requests.length === 0) socket.destroy();
  }

  cut(): void {
    for (const { socket } of this.#byClient.values()) socket.destroy();
  }

  #connectionOf(socket: Socket): Connection | undefined {
    const known = this.#bySocket.get(socket);
    if (known !== undefined) return known;
    // Over TLS, the socket is another one than that which was admitted.
    const client = clientOf(socket);
    const connection = client === undefined ? undefined : this.#byClient.get(client);
    if (connection !== undefined) this.#bySocket.set(socket, connection);
    return connection;
  }

  #makeRoom(): boolean {
    for (const [client, { socket, requests }] of this.#byClient) {
      if (requests.length > 0) continue;
      socket.destroy();
      return this.#byClient.delete(client);
    }
    return false;
  }
}

/** Both ends of a connection, which tell it from all others for as long as it is there. */
function clientOf({ remoteAddress, remotePort, localAddress }: Socket): string | undefined {
  // One port of a client's may lead to several addresses of ours.
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress}`;
}
