import { progress } from '@trademeter/workspace-tools';
import { findAlertmanager } from './alertmanager.ts';
import { findChromium } from './chromium.ts';
import { findCollector } from './collector.ts';
import { findOtlptranslator } from './otlptranslator.ts';
import { findPostgresql } from './postgresql.ts';
import { findPrometheus, prometheusGenerations } from './prometheus.ts';
import { findPushgateway } from './pushgateway.ts';
import { findVictoriaMetrics } from './victoria-metrics.ts';

/** Installs all servers and tools of the integration tests. Vitest runs it first, so a missing one fails the run. */
export async function setup(): Promise<void> {
  for (const generation of prometheusGenerations) {
    progress(`prometheus ${generation}: ${await findPrometheus(generation)}`);
    progress(`promtool ${generation}: ${await findPrometheus(generation, 'promtool')}`);
  }
  progress(`Pushgateway: ${await findPushgateway()}`);
  progress(`Alertmanager: ${await findAlertmanager('prometheus-alertmanager')}`);
  progress(`amtool: ${await findAlertmanager('amtool')}`);
  progress(`VictoriaMetrics: ${await findVictoriaMetrics()}`);
  progress(`OpenTelemetry Collector: ${await findCollector()}`);
  progress(`otlptranslator: ${await findOtlptranslator()}`);
  progress(`Chromium: ${await findChromium()}`);
  progress(`PostgreSQL: ${await findPostgresql()}`);
}

if (import.meta.main) await setup();
