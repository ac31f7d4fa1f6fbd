import {
  type EscapingScheme,
  escapeLabelName,
  escapeMetricName,
  type NamedMetric,
  type TranslationStrategy,
  translateLabelName,
  translateMetricName,
} from '@trademeter/prometheus-naming';

// Keys come from the application. One that makes them up without end must not fill the memory.
const rememberedKeys = 10_000;

/**
 * Both translations of names in one: the exporter's strategy, then the escaping that the scraper asked for.
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

  /** @returns `undefined` when nothing is left of the name. */
  metricName(metric: NamedMetric): string | undefined {
    const name = translateMetricName(metric, this.strategy, this.#prefix);
    return name === undefined ? undefined : this.escapeMetricName(name);
  }

  /** A name of this exporter's own, such as `target_info`: only the scraper's escaping applies. */
  escapeMetricName(name: string): string {
    return escapeMetricName(name, this.scheme);
  }

  /** Never empty: a key of which nothing is left becomes `_`, so that its series stay apart. */
  labelName(key: string): string {
    const known = this.#labelNames.get(key);
    if (known !== undefined) return known;
    const translated = this.escapeLabelName(translateLabelName(key, this.strategy) ?? '_');
    // __name__ is where Prometheus keeps the metric's name: a second one makes it refuse the whole scrape.
    const name = translated === '__name__' ? 'exported___name__' : translated;
    if (this.#labelNames.size >= rememberedKeys) this.#labelNames.clear();
    this.#labelNames.set(key, name);
    return name;
  }

  /** A label of this exporter's own, such as `otel_scope_name`: only the scraper's escaping applies. */
  escapeLabelName(name: string): string {
    return escapeLabelName(name, this.scheme);
  }
}
