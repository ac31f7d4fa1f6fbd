import { join } from 'node:path';
import { freePort } from '@trademeter/test-support/free-port';
import { makeDataFolder, type Server, startServer } from '@trademeter/workspace-tools';
import { unpackDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';

/** The path of `prometheus-pushgateway`. */
export function findPushgateway(): Promise<string> {
  return findProgram({
    title: 'Pushgateway',
    variable: 'TRADEMETER_PUSHGATEWAY',
    command: 'prometheus-pushgateway',
    versionArgs: ['--version'],
    suits: (version) => version.includes('version 1.'),
    get: async () => {
      const folder = await unpackDebianPackages('pushgateway', 'bookworm', ['prometheus-pushgateway']);
      return join(folder, 'usr/bin/prometheus-pushgateway');
    },
    advice: "Install Debian's package prometheus-pushgateway",
  });
}

/** A running Pushgateway. */
export interface Pushgateway extends Server {
  readonly url: string;
}

/** Starts a Pushgateway on a free port of 127.0.0.1 with an empty store. */
export async function startPushgateway(): Promise<Pushgateway> {
  const folder = await makeDataFolder('pushgateway');
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = await startServer({
    name: 'pushgateway',
    command: await findPushgateway(),
    // Debian's version persists to one file that all instances share
    args: [`--web.listen-address=${new URL(url).host}`, `--persistence.file=${join(folder, 'metrics')}`],
    readyUrl: `${url}/-/ready`,
  });
  return Object.assign(server, { url });
}
