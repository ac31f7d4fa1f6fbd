import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TlsSettings } from '../access/tls-settings.ts';
import { answerEnd, stalledSinceMillis } from './answer.ts';

// A scraper has one; a proxy may send a few at once.
const mostUnanswered = 100;

// An active reader is never this late.
const shortestStallMillis = 250;

interface Request {
  readonly response: ServerResponse;
  readonly answer: (connection: Connection) => Promise<void>;
}

/** A connection of the server. */
export interface Connection {
  readonly client: string;
  readonly socket: Socket;
  /** The TLS settings when the connection was made. */
  tls: TlsSettings | undefined;
  /** The unanswered requests, in order; the first is being answered. */
  readonly requests: Request[];
}

/** Connections holds a server's connections. At the limit, idle and stalled ones are closed for new ones. */
export class Connections {
  readonly #most: number;
  // The longest idle first.
  readonly #byClient = new Map<string, Connection>();
  readonly #bySocket = new WeakMap<Socket, Connection>();
  #isClosing = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns undefined when the connection was closed, because there is no room or the client is gone */
  admit(socket: Socket): Connection | undefined {
    const client = clientOf(socket);
    if (client === undefined || (this.#byClient.size >= this.#most && !this.#makeRoom())) {
      socket.destroy();
      return undefined;
    }
    const connection: Connection = { client, socket, tls: undefined, requests: [] };
    this.#byClient.set(client, connection);
    socket.once('close', () => {
      if (this.#byClient.get(client) === connection) this.#byClient.delete(client);
    });
    return connection;
  }

  /**
   * Answers a request once all earlier ones on its connection are answered. A client with too many unanswered requests
   * is disconnected, because each takes memory.
   *
   * @param answer begins the answer; never rejects
   */
  answer(response: ServerResponse, answer: (connection: Connection) => Promise<void>): void {
    const { socket } = response.req;
    const connection = this.#connectionOf(socket);
    if (connection === undefined || connection.requests.length >= mostUnanswered) {
      socket.destroy();
      return;
    }
    connection.requests.push({ response, answer });
    if (connection.requests.length === 1) void this.#answerAll(connection);
  }

  async #answerAll(connection: Connection): Promise<void> {
    const { client, socket, requests } = connection;
    for (let next = requests[0]; next !== undefined && !socket.destroyed; next = requests[0]) {
      await next.answer(connection);
      await answerEnd(next.response);
      requests.shift();
    }
    requests.length = 0;
    if (socket.destroyed) return;
    if (this.#isClosing) socket.destroySoon();
    this.#byClient.delete(client);
    this.#byClient.set(client, connection);
  }

  /** Closes idle connections at once, and all others when their answers are sent. */
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
    // Over TLS, the socket differs from the admitted one.
    const client = clientOf(socket);
    const connection = client === undefined ? undefined : this.#byClient.get(client);
    if (connection !== undefined) this.#bySocket.set(socket, connection);
    return connection;
  }

  #makeRoom(): boolean {
    const victim = this.#idle() ?? this.#stalled();
    if (victim === undefined) return false;
    victim.socket.destroy();
    return this.#byClient.delete(victim.client);
  }

  #idle(): Connection | undefined {
    for (const connection of this.#byClient.values()) if (connection.requests.length === 0) return connection;
    return undefined;
  }

  /** The connection whose client has not read for the longest time. */
  #stalled(): Connection | undefined {
    let victim: Connection | undefined;
    let since = performance.now() - shortestStallMillis;
    for (const connection of this.#byClient.values()) {
      const response = connection.requests[0]?.response;
      const stalledSince = response === undefined ? undefined : stalledSinceMillis(response);
      if (stalledSince === undefined || stalledSince > since) continue;
      since = stalledSince;
      victim = connection;
    }
    return victim;
  }
}

/** Identifies a connection by both of its ends for as long as it exists. */
function clientOf({ remoteAddress, remotePort, localAddress }: Socket): string | undefined {
  // One port of a client may connect to several of our addresses.
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress}`;
}
