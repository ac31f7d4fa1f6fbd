import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type AlertChannel, alertChannels } from '@trademeter/alerts';
import { Command, InvalidArgumentError } from 'commander';
import { alertOptionsOf, collect } from '../alert-settings.ts';
import { stackFiles } from '../stack/stack-files.ts';
import { UsageError } from '../usage-error.ts';
import { mustBeEmpty, writeFiles } from '../write-files.ts';

/** `trademeter stack` writes all of the monitoring for bots, as a compose folder and Kubernetes manifests. */
export function stackCommand(): Command {
  return new Command('stack')
    .description('Write a monitoring stack: Prometheus, Alertmanager, Grafana, a Collector, and the demo bot.')
    .requiredOption('-o, --out <dir>', 'the folder to write to; it is created')
    .option(
      '--notify <channels>',
      `who is notified of alerts: ${alertChannels.join(', ')}, separated by commas`,
      channels,
    )
    .option(
      '--dead-mans-switch',
      'tell an external service that alerts are evaluated, so that it can raise the alarm when they are not',
    )
    .option('--set <name=value>', 'change a threshold of an alert; may be repeated; trademeter rules --help', collect)
    .option('--runbook-base-url <url>', 'where the runbooks are published, for the links in alerts')
    .option(
      '--clone <dir>',
      'a clone of the repository, to build the demo bot from (default: the one around this folder)',
    )
    .option('--no-demo-bot', 'omit the demo bot')
    .option('--force', 'overwrite the files of an earlier stack')
    .addHelpText(
      'after',
      `
The folder has compose.yaml with a start script, and kubernetes/ with a ServiceMonitor and a PrometheusRule.
Ports are open on this machine alone, and Grafana gets a password of its own at the first start.

  trademeter stack --out monitoring --notify telegram
  monitoring/start.sh`,
    )
    .action((options: StackCommandOptions) => {
      const { out, notify = [], deadMansSwitch = false, set = [], runbookBaseUrl, force = false } = options;
      if (!force) mustBeEmpty(out);
      const alerts = alertOptionsOf(set, runbookBaseUrl);
      writeFiles(out, stackFiles({ alerts, channels: notify, deadMansSwitch, clone: cloneFor(options) }));
    });
}

interface StackCommandOptions {
  readonly out: string;
  readonly notify?: readonly AlertChannel[];
  readonly deadMansSwitch?: boolean;
  readonly set?: readonly string[];
  readonly runbookBaseUrl?: string;
  readonly clone?: string;
  readonly demoBot: boolean;
  readonly force?: boolean;
}

/** The path of the clone, relative to the folder of compose.yaml. */
function cloneFor({ out, clone, demoBot }: StackCommandOptions): string | undefined {
  if (!demoBot) return undefined;
  if (clone !== undefined && !isClone(clone)) {
    throw new UsageError(`--clone must be a clone of the trademeter repository, got ${JSON.stringify(clone)}`, 2);
  }
  const found = clone ?? cloneAround(process.cwd());
  if (found === undefined) return undefined;
  const path = relative(resolve(out), resolve(found)) || '.';
  return path.startsWith('.') ? path : `./${path}`;
}

function cloneAround(folder: string): string | undefined {
  if (isClone(folder)) return folder;
  return dirname(folder) === folder ? undefined : cloneAround(dirname(folder));
}

function isClone(folder: string): boolean {
  return existsSync(join(folder, 'examples/paper-bot/src/main.ts')) && existsSync(join(folder, 'pnpm-workspace.yaml'));
}

function channels(text: string): AlertChannel[] {
  const names = text.split(',').map((name) => name.trim());
  const isChannel = (name: string): name is AlertChannel => (alertChannels as readonly string[]).includes(name);
  if (!names.every(isChannel)) throw new InvalidArgumentError(`It must be a list of ${alertChannels.join(', ')}.`);
  return [...new Set(names)];
}
