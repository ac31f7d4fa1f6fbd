import {
  type EscapingScheme,
  escapeLabelName,
  escapeMetricName,
  type NamedMetric,
  type TranslationStrategy,
  translateLabelName,
  translateMetricName,
} from '@trademeter/prometheus-naming';

// The application chooses keys. Endless new ones must not fill the memory.
const rememberedKeys = 10_000;

/**
 * NameTranslation applies both translations of names: the exporter's strategy, then the escaping that the scraper asked
 * for.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/prometheus/#interaction-with-translation-strategy
 */
export class NameTranslation {
  readonly strategy: TranslationStrategy;
  readonly scheme: EscapingScheme;
  readonly #prefix: string;
  readonly #labelNames = new Map<string, string>();

  constructor(strategy: TranslationStrategy, scheme: EscapingScheme, prefix: string) {
    this.strategy = strategy;
    this.scheme = scheme;
    this.#prefix = prefix;
  }

  /** @returns `undefined` when the name has no allowed character */
  metricName(metric: NamedMetric): string | undefined {
    const name = translateMetricName(metric, this.strategy, this.#prefix);
    return name === undefined ? undefined : this.escapeMetricName(name);
  }

  /** Escapes one of the exporter's own names, such as `target_info`; the strategy does not apply. */
  escapeMetricName(name: string): string {
    return escapeMetricName(name, this.scheme);
  }

  /** Never empty: a key without an allowed character becomes `_`, which keeps its series apart. */
  labelName(key: string): string {
    const known = this.#labelNames.get(key);
    if (known !== undefined) return known;
    const translated = this.escapeLabelName(translateLabelName(key, this.strategy) ?? '_');
    // Prometheus keeps the metric name in __name__, and would reject the scrape for a second one.
    const name = translated === '__name__' ? 'exported___name__' : translated;
    if (this.#labelNames.size >= rememberedKeys) this.#labelNames.clear();
    this.#labelNames.set(key, name);
    return name;
  }

  /** Escapes one of the exporter's own labels, such as `otel_scope_name`; the strategy does not apply. */
  escapeLabelName(name: string): string {
    return escapeLabelName(name, this.scheme);
  }
}
