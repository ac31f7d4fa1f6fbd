import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerEnd } from './answer.ts';

interface Connection {
  readonly socket: Socket;
  answers: number;
}

/** The connections of a server: as many as are allowed, of which those that are idle give way. */
export class Connections {
  readonly #most: number;
  // Those that are idle for the longest time first.
  readonly #byClient = new Map<string, Connection>();
  #isClosing = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns false when there is no room for it, or nobody at its other end any more: it is closed */
  admit(socket: Socket): boolean {
    const client = clientOf(socket);
    if (client === undefined || (this.#byClient.size >= this.#most && !this.#makeRoom())) {
      socket.destroy();
      return false;
    }
    const connection = { socket, answers: 0 };
    this.#byClient.set(client, connection);
    socket.once('close', () => {
      if (this.#byClient.get(client) === connection) this.#byClient.delete(client);
    });
    return true;
  }

  /** Takes note of an answer that is under way. */
  addAnswer(response: ServerResponse): void {
    // Over TLS, the socket is another one than that which was admitted.
    const client = clientOf(response.req.socket);
    const connection = client === undefined ? undefined : this.#byClient.get(client);
    if (client === undefined || connection === undefined) return;
    connection.answers += 1;
    void answerEnd(response).then(() => {
      connection.answers -= 1;
      if (connection.answers > 0 || connection.socket.destroyed) return;
      if (this.#isClosing) connection.socket.destroySoon();
      this.#byClient.delete(client);
      this.#byClient.set(client, connection);
    });
  }

  /** Cuts what is idle at once, and all others when their answers are sent. */
  close(): void {
    this.#isClosing = true;
    for (const { socket, answers } of this.#byClient.values()) if (answers === 0) socket.destroy();
  }

  cut(): void {
    for (const { socket } of this.#byClient.values()) socket.destroy();
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

/** The other end of a connection, which tells it from all others for as long as it is there. */
function clientOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort}`;
}
