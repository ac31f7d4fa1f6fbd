import { stringify } from 'yaml';
import type { WrittenFile } from '../write-files.ts';
import { images } from './images.ts';
import { secretFilesOf } from './prometheus-files.ts';
import type { StackOptions } from './stack-options.ts';

const passwordFile = 'grafana-admin-password';

/** All containers on one machine, reachable from that machine only. */
export function composeFile(options: StackOptions): WrittenFile {
  const secrets = [passwordFile, ...secretFilesOf(options)];
  const compose = {
    name: 'trademeter',
    services: {
      prometheus: {
        image: images.prometheus,
        restart: 'unless-stopped',
        ports: ['127.0.0.1:9090:9090'],
        extra_hosts: ['host.docker.internal:host-gateway'],
        volumes: ['./prometheus:/etc/prometheus:ro', 'prometheus-data:/prometheus'],
      },
      alertmanager: {
        image: images.alertmanager,
        restart: 'unless-stopped',
        ports: ['127.0.0.1:9093:9093'],
        volumes: ['./alertmanager:/etc/alertmanager:ro', 'alertmanager-data:/alertmanager'],
        ...(secrets.length > 1 && { secrets: secrets.slice(1) }),
      },
      grafana: {
        image: images.grafana,
        restart: 'unless-stopped',
        ports: ['127.0.0.1:3000:3000'],
        environment: {
          GF_SECURITY_ADMIN_PASSWORD__FILE: `/run/secrets/${passwordFile}`,
          GF_ANALYTICS_REPORTING_ENABLED: 'false',
          GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
        },
        volumes: [
          './grafana/provisioning:/etc/grafana/provisioning:ro',
          './grafana/dashboards:/etc/grafana/dashboards:ro',
          'grafana-data:/var/lib/grafana',
        ],
        secrets: [passwordFile],
      },
      collector: {
        image: images.collector,
        restart: 'unless-stopped',
        command: ['--config=/etc/otelcol/config.yaml'],
        ports: ['127.0.0.1:4317:4317', '127.0.0.1:4318:4318'],
        volumes: ['./collector/config.yaml:/etc/otelcol/config.yaml:ro'],
      },
      ...(options.clone !== undefined && { 'demo-bot': demoBot(options.clone) }),
    },
    volumes: { 'prometheus-data': {}, 'alertmanager-data': {}, 'grafana-data': {} },
    secrets: Object.fromEntries(secrets.map((name) => [name, { file: `./secrets/${name}` }])),
  };
  return { path: 'compose.yaml', text: stringify(compose, { lineWidth: 0 }) };
}

function demoBot(clone: string): object {
  return {
    build: { context: clone, dockerfile_inline: dockerfile },
    restart: 'unless-stopped',
    environment: { OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0' },
    ports: ['127.0.0.1:9464:9464'],
  };
}

const dockerfile = `FROM ${images.node}
WORKDIR /bot
COPY . .
RUN rm -rf node_modules packages/*/node_modules examples/*/node_modules && npx --yes pnpm@12 install --frozen-lockfile
USER node
CMD ["node_modules/.bin/node", "--conditions=@trademeter/source", "examples/paper-bot/src/main.ts", "--stay"]
`;
