import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trademeter/test-support/free-port';
import { type Server, startServer } from '@trademeter/workspace-tools';

/** Forwards connections until it is stopped; then the kernel accepts only as many as fit its queue of one. */
const forwarder = `
const { createServer, connect } = require('node:net');
const [, port, target] = process.argv;
createServer((incoming) => {
  const outgoing = connect(Number(target), '127.0.0.1');
  for (const socket of [incoming, outgoing]) socket.on('error', () => {});
  incoming.pipe(outgoing).pipe(incoming);
}).listen({ port: Number(port), host: '127.0.0.1', backlog: 1 }, () => console.log('listening'));
`;

/** A route to a Collector on which connecting can be made to hang, as behind a firewall that drops packets. */
export class Blackhole implements AsyncDisposable {
  readonly url: string;
  readonly #port: number;
  readonly #server: Server;
  readonly #waiting: Socket[] = [];

  private constructor(port: number, server: Server) {
    this.url = `http://127.0.0.1:${port}`;
    this.#port = port;
    this.#server = server;
  }

  static async to(target: number): Promise<Blackhole> {
    const port = await freePort();
    const args = ['-e', forwarder, String(port), String(target)];
    const server = await startServer({ name: 'blackhole', command: process.execPath, args });
    while (!server.log().includes('listening')) await sleep(20);
    return new Blackhole(port, server);
  }

  async shut(): Promise<void> {
    this.#server.signal('SIGSTOP');
    // The queue has room until a connection stays in it.
    for (let isIn = true; isIn; ) {
      const socket = connect(this.#port, '127.0.0.1').on('error', () => {});
      this.#waiting.push(socket);
      isIn = await Promise.race([once(socket, 'connect').then(() => true), sleep(500, false)]);
    }
  }

  open(): void {
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    this.#server.signal('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    await this.#server.stop();
  }
}
