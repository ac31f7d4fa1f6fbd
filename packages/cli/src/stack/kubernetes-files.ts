import { readFileSync } from 'node:fs';
import { alertRules, recordingRules } from '@trademeter/alerts';
import { dashboards } from '@trademeter/dashboards';
import { stringify } from 'yaml';
import type { WrittenFile } from '../write-files.ts';
import type { StackOptions } from './stack-options.ts';

const labels = { 'app.kubernetes.io/part-of': 'trademeter' };
const botLabels = { 'app.kubernetes.io/name': 'trading-bot' };

/** Manifests for a cluster with the Prometheus operator: scraping, rules and dashboards. */
export function kubernetesFiles({ alerts }: StackOptions): WrittenFile[] {
  const manifests: Readonly<Record<string, readonly object[]>> = {
    'bot.yaml': [botDeployment, botService],
    'service-monitor.yaml': [serviceMonitor],
    'prometheus-rule.yaml': [
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name: 'trading-bots', labels },
        spec: { groups: [...recordingRules(alerts), ...alertRules(alerts)] },
      },
    ],
    'dashboards.yaml': dashboards.map(({ id, classic }) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      // The label that the sidecar of Grafana's Helm chart looks for.
      metadata: { name: `trademeter-dashboard-${id}`, labels: { ...labels, grafana_dashboard: '1' } },
      data: { [`${id}.json`]: JSON.stringify(JSON.parse(readFileSync(classic, 'utf8'))) },
    })),
  };
  return Object.entries(manifests).map(([name, documents]) => ({
    path: `kubernetes/${name}`,
    text: documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n'),
  }));
}

const botDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'momentum-bot', labels: { ...labels, ...botLabels } },
  spec: {
    replicas: 1,
    // Two copies of a bot would trade twice.
    strategy: { type: 'Recreate' },
    selector: { matchLabels: { ...botLabels, bot: 'momentum-bot' } },
    template: {
      metadata: { labels: { ...botLabels, bot: 'momentum-bot' } },
      spec: {
        // Longer than the bot needs to close positions and flush.
        terminationGracePeriodSeconds: 30,
        containers: [
          {
            name: 'bot',
            image: 'registry.example/momentum-bot:1',
            env: [
              { name: 'OTEL_EXPORTER_PROMETHEUS_HOST', value: '0.0.0.0' },
              { name: 'OTEL_SERVICE_NAME', value: 'momentum-bot' },
              { name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'trading.mode=paper' },
            ],
            ports: [{ name: 'metrics', containerPort: 9464 }],
            livenessProbe: { httpGet: { path: '/-/healthy', port: 'metrics' } },
          },
        ],
      },
    },
  },
};

const botService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'trading-bots', labels: { ...labels, ...botLabels } },
  spec: { clusterIP: 'None', selector: botLabels, ports: [{ name: 'metrics', port: 9464, targetPort: 'metrics' }] },
};

const serviceMonitor = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: { name: 'trading-bots', labels },
  spec: {
    selector: { matchLabels: botLabels },
    jobLabel: 'bot',
    podTargetLabels: ['bot'],
    endpoints: [{ port: 'metrics', interval: '15s' }],
  },
};
