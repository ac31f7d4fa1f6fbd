/** The pinned container images of the stack: an upgrade is a decision. */
export const images = {
  prometheus: 'prom/prometheus:v3.5.3',
  alertmanager: 'prom/alertmanager:v0.31.0',
  grafana: 'grafana/grafana:12.3.0',
  collector: 'otel/opentelemetry-collector-contrib:0.155.0',
  node: 'node:24-slim',
} as const;
