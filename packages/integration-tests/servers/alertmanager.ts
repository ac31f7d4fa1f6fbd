import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@trademeter/test-support/free-port';
import { type CommandResult, makeDataFolder, run, type Server, startServer } from '@trademeter/workspace-tools';
import { unpackDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';

/**
 * The path of Alertmanager or amtool, 0.31 or later: older ones read some secrets only from the configuration itself.
 */
export function findAlertmanager(command: 'prometheus-alertmanager' | 'amtool'): Promise<string> {
  return findProgram({
    title: command,
    variable: command === 'amtool' ? 'TRADEMETER_AMTOOL' : 'TRADEMETER_ALERTMANAGER',
    command,
    versionArgs: ['--version'],
    suits: (version) => Number(/version 0\.(\d+)\./u.exec(version)?.[1] ?? 0) >= 31,
    get: async () =>
      join(await unpackDebianPackages('alertmanager', 'sid', ['prometheus-alertmanager']), 'usr/bin', command),
    advice: "Install Debian sid's package prometheus-alertmanager",
  });
}

/** `amtool check-config` on a file. */
export async function checkAlertmanagerConfig(file: string): Promise<CommandResult> {
  return run(await findAlertmanager('amtool'), ['check-config', file]);
}

/** An alert known to Alertmanager. */
export interface AlertmanagerAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: {
    readonly state: 'unprocessed' | 'active' | 'suppressed';
    /** Fingerprints of the alerts that silence it. */
    readonly inhibitedBy: readonly string[];
  };
}

/** A running Alertmanager. */
export interface Alertmanager extends Server {
  readonly url: string;
  /** Fires alerts with these labels and the same annotations; they last for five minutes. */
  fire(
    alerts: readonly Readonly<Record<string, string>>[],
    annotations?: Readonly<Record<string, string>>,
  ): Promise<void>;
  alerts(): Promise<AlertmanagerAlert[]>;
}

/** Starts Alertmanager on a free port of 127.0.0.1, without peers. */
export async function startAlertmanager(config: object): Promise<Alertmanager> {
  const command = await findAlertmanager('prometheus-alertmanager');
  const folder = await makeDataFolder('alertmanager');
  const configFile = join(folder, 'alertmanager.yml');
  // JSON is YAML
  await writeFile(configFile, JSON.stringify(config));
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = await startServer({
    name: 'alertmanager',
    command,
    args: [
      `--config.file=${configFile}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
    ],
    readyUrl: `${url}/-/ready`,
  });
  return Object.assign(server, {
    url,
    fire: async (
      alerts: readonly Readonly<Record<string, string>>[],
      annotations: Readonly<Record<string, string>> = {},
    ) => {
      const startsAt = new Date().toISOString();
      const response = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts.map((labels) => ({ labels, annotations, startsAt }))),
      });
      if (!response.ok) throw new Error(`Alertmanager refused alerts: ${await response.text()}`);
    },
    alerts: async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as AlertmanagerAlert[],
  });
}
