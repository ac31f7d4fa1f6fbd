import { readFileSync } from 'node:fs';
import { dashboards } from '@trademeter/dashboards';
import { stringify } from 'yaml';
import type { WrittenFile } from '../write-files.ts';
/** Grafana's data source and dashboards, for provisioning from files. */
/** Grafana's data source and dashboards, provisioned from files. */
export function grafanaFiles(): WrittenFile[] {
  const datasource = { name: 'Prometheus', type: 'prometheus', url: 'http://prometheus:9090', isDefault: true };
  const provider = {
    name: 'trademeter',
    folder: 'Trading bots',
    type: 'file',
    options: { path: '/etc/grafana/dashboards' },
  };
  return [
    {
      path: 'grafana/provisioning/datasources/prometheus.yaml',
      text: stringify({ apiVersion: 1, datasources: [datasource] }),
    },
    {
      path: 'grafana/provisioning/dashboards/trademeter.yaml',
      text: stringify({ apiVersion: 1, providers: [provider] }),
    },
    ...dashboards.map(({ id, classic }) => ({
      path: `grafana/dashboards/${id}.json`,
      text: readFileSync(classic, 'utf8'),
    })),
  ];
}
