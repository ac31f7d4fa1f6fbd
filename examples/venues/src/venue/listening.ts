import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** Listens on a free port. @returns the address, such as `127.0.0.1:40123` */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stops listening and cuts connections. */
export async function close(server: Server & { closeAllConnections?: () => void }): Promise<void> {
  server.closeAllConnections?.();
  server.close();
  if (server.listening) await once(server, 'close');
}
