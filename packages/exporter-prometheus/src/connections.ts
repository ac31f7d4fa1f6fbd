import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerEnd } from './answer.ts';
import type { TlsSettings } from './tls-settings.ts';

interface Connection {
  readonly client: string;
  readonly socket: Socket;
  /** How it came to be admitted. */
  readonly tls: TlsSettings | undefined;
  answers: number;
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
    const connection = { client, socket, tls, answers: 0 };
    this.#byClient.set(client, connection);
    socket.once('close', () => {
      if (this.#byClient.get(client) === connection) this.#byClient.delete(client);
    });
    return true;
  }

  /**
   * Takes note of an answer that is under way.
   *
   * @param tls what connections have to keep to now
   * @returns false when that is not what this one was admitted by: it is closed
   */
  addAnswer(response: ServerResponse, tls: TlsSettings | undefined): boolean {
    const { socket } = response.req;
    const connection = this.#connectionOf(socket);
    if (connection === undefined || connection.tls !== tls) {
      socket.destroy();
      return false;
    }
    connection.answers += 1;
    void answerEnd(response).then(() => {
      connection.answers -= 1;
      if (connection.answers > 0 || connection.socket.destroyed) return;
      if (this.#isClosing) connection.socket.destroySoon();
      this.#byClient.delete(connection.client);
      this.#byClient.set(connection.client, connection);
    });
    return true;
  }

  /** Cuts what is idle at once, and all others when their answers are sent. */
  close(): void {
    this.#isClosing = true;
    for (const { socket, answers } of this.#byClient.values()) if (answers === 0) socket.destroy();
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
    for (const [client, { socket, answers }] of this.#byClient) {
      if (answers > 0) continue;
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
