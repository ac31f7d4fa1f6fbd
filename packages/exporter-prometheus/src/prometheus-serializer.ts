import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { Log, throwOnOldNode } from '@trademeter/config';
import { CachedExposition, metricsOfScopes, textExposition } from '@trademeter/exposition';
import { validMetrics } from '@trademeter/metric-store';
import { textOptions } from './options.ts';

/**
 * PrometheusSerializer renders collected metrics in Prometheus' text format 0.0.4. It replaces the class of that name
 * in `@opentelemetry/exporter-prometheus`. Text that did not change since the last call is not rendered again.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export class PrometheusSerializer {
  readonly #log = new Log('exporter-prometheus');
  readonly #cached: CachedExposition;

  /**
   * @param prefix goes before every metric name
   * @param withResourceConstantLabels resource attributes that match become labels of every series
   * @throws {ConfigurationError} naming the first parameter that is wrong
   */
  constructor(
    prefix?: string,
    appendTimestamp?: boolean,
    withResourceConstantLabels?: RegExp,
    withoutTargetInfo?: boolean,
    withoutScopeInfo?: boolean,
  ) {
    throwOnOldNode('exporter-prometheus');
    const options = textOptions({
      ...(prefix === undefined ? {} : { prefix }),
      ...(appendTimestamp === undefined ? {} : { appendTimestamp }),
      ...(withResourceConstantLabels === undefined ? {} : { withResourceConstantLabels }),
      ...(withoutTargetInfo === undefined ? {} : { withoutTargetInfo }),
      ...(withoutScopeInfo === undefined ? {} : { withoutScopeInfo }),
    });
    this.#cached = new CachedExposition(textExposition('0.0.4'), options, this.#log);
  }

  /** Blocks until everything is rendered. Malformed metrics are dropped, which is logged once. */
  serialize({ resource, scopeMetrics }: ResourceMetrics): string {
    const metrics = metricsOfScopes(validMetrics(scopeMetrics, this.#log));
    return this.#cached.renderNow({ attributes: resource.attributes, metrics }).text();
  }
}
