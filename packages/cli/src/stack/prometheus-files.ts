import { type AlertmanagerConfig, alertmanagerConfig, ruleFiles } from '@trademeter/alerts';
import { stringify } from 'yaml';
import type { WrittenFile } from '../write-files.ts';
import type { StackOptions } from './stack-options.ts';

/** Where the containers mount the secrets of the channels. */
const secretsFolder = '/run/secrets/';

/** The names of the secret files that the channels need. */
export function secretFilesOf(options: StackOptions): string[] {
  const text = JSON.stringify(notifications(options) ?? {});
  return [...new Set(text.match(/(?<=\/run\/secrets\/)[\w-]+/gu))].toSorted();
}

function notifications({ channels, deadMansSwitch }: StackOptions): AlertmanagerConfig | undefined {
  if (channels.length === 0 && !deadMansSwitch) return undefined;
  const config = alertmanagerConfig({ channels, secretsFolder });
  if (deadMansSwitch) return config;
  const { route, receivers } = config;
  return {
    ...config,
    route: { ...route, routes: route.routes.filter((each) => Reflect.get(each, 'receiver') !== switchName) },
    receivers: receivers.filter(({ name }) => name !== switchName),
  };
}

const switchName = 'dead-mans-switch';

/** Files of Prometheus with its rules, and of Alertmanager. */
export function prometheusFiles(options: StackOptions): WrittenFile[] {
  return [
    { path: 'prometheus/prometheus.yml', text: prometheusConfig() },
    { path: 'prometheus/bots.yml', text: botsFile(options) },
    ...ruleFiles(options.alerts).map(({ name, text }) => ({ path: `prometheus/rules/${name}`, text })),
    { path: 'alertmanager/alertmanager.yml', text: alertmanagerText(options) },
  ];
}

function prometheusConfig(): string {
  const config = {
    global: { scrape_interval: '15s', evaluation_interval: '15s' },
    rule_files: ['rules/*.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
    scrape_configs: [
      {
        job_name: 'bots',
        file_sd_configs: [{ files: ['bots.yml'] }],
        relabel_configs: [
          { source_labels: ['bot'], regex: '(.+)', target_label: 'instance' },
          { regex: 'bot', action: 'labeldrop' },
        ],
      },
      // Metrics that bots push to the Collector, with the job and instance that they have there.
      { job_name: 'collector', honor_labels: true, static_configs: [{ targets: ['collector:9464'] }] },
    ],
  };
  return stringify(config);
}

function botsFile({ clone }: StackOptions): string {
  const demo = clone === undefined ? '' : '- targets: [demo-bot:9464]\n  labels: { bot: demo-bot }\n';
  return `# The bots that Prometheus scrapes. A change takes effect without a restart.
# A bot on this machine must listen beyond localhost: OTEL_EXPORTER_PROMETHEUS_HOST=0.0.0.0.
#
# - targets: [host.docker.internal:9464]
#   labels: { bot: momentum-bot }
${demo === '' ? '[]\n' : demo}`;
}

function alertmanagerText(options: StackOptions): string {
  const config = notifications(options);
  if (config !== undefined) {
    return `# Each file in ${secretsFolder} has one secret, and nothing else.\n${stringify(config, { lineWidth: 0 })}`;
  }
  return `# Alerts are shown and sent to nobody: trademeter stack --notify telegram,discord,slack,email.
${stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] })}`;
}
