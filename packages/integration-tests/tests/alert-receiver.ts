import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { alertmanagerConfig } from '@trademeter/alerts';

/** One notification of Alertmanager's webhook. */
export interface Notification {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** A webhook on 127.0.0.1 that keeps what it receives. */
export interface AlertReceiver extends Disposable {
  readonly notifications: readonly Notification[];
  /** The configuration of the package, with this receiver for all channels and waits of a second. */
  readonly config: object;
}

/** Starts a receiver of notifications on a free port. */
export async function startAlertReceiver(): Promise<AlertReceiver> {
  const notifications: Notification[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      notifications.push(JSON.parse(body) as Notification);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const config = alertmanagerConfig();
  const receivers = config.receivers.map(({ name }) => ({
    name,
    ...(name === 'nobody' ? {} : { webhook_configs: [{ url }] }),
  }));
  const routes = config.route.routes.map((route) => ({ ...route, group_wait: '1s', group_interval: '1s' }));
  return {
    notifications,
    config: { ...config, route: { ...config.route, routes }, receivers },
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
