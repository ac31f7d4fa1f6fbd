import { once } from 'node:events';
import { createServer } from 'node:http';

/** An HTTP endpoint on 127.0.0.1 that answers every scrape with the same text. Disposing of it closes it. */
export interface ScrapeText extends AsyncDisposable {
  readonly url: string;
}

/** Serves exposition text on a free port. */
export async function serveText(text: string): Promise<ScrapeText> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port');
  return {
    url: `http://127.0.0.1:${address.port}/metrics`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
