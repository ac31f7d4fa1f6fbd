import { createServer } from 'node:http';
import { listen } from './listen.ts';
import type { Peer } from './peer.ts';

/** The minimum for any library: a request, and that many bytes through the system. */
export async function startBare(bytes: number): Promise<Peer> {
  const body = Buffer.alloc(bytes, '#');
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body);
  });
  return { url: await listen(server), record: () => {} };
}
