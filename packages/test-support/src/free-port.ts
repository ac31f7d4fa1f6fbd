import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below Linux's ports for outgoing connections, one of which might take it before the server does.
const firstPort = 20_000;
const lastPort = 32_767;

const handedOut = new Set<number>();

/** A free TCP port of 127.0.0.1, a different one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, lastPort + 1);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
