import { stringify } from 'yaml';
import type { WrittenFile } from '../write-files.ts';

/** A Collector that receives what bots push, for Prometheus to scrape. Environment variables change its addresses. */
export function collectorFile(): WrittenFile {
  const config = {
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `\${env:OTLP_GRPC:-0.0.0.0:4317}` },
          http: { endpoint: `\${env:OTLP_HTTP:-0.0.0.0:4318}` },
        },
      },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 256, spike_limit_mib: 64 },
      deltatocumulative: {},
    },
    exporters: { prometheus: { endpoint: `\${env:PROMETHEUS:-0.0.0.0:9464}` } },
    service: {
      pipelines: {
        metrics: {
          receivers: ['otlp'],
          processors: ['memory_limiter', 'deltatocumulative'],
          exporters: ['prometheus'],
        },
      },
    },
  };
  return { path: 'collector/config.yaml', text: stringify(config) };
}
