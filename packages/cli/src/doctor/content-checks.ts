import { SCHEMA_URL } from '@trademeter/semantic-conventions';
import { type Exposition, ExpositionError, type Family, parseExposition } from '@trademeter/view/exposition';
import { catalogueMetrics, conventionDomains, recorderOf } from '@trademeter/view/panels';
import type { FamilyCardinality, Finding } from './finding.ts';
import type { Scrape } from './probe.ts';

/** Parses the metrics, or returns why Prometheus would reject them. */
export function parseScrape({ text, contentType }: Scrape): Exposition | Finding {
  try {
    return parseExposition(text, { contentType, strict: true });
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    const isPage = /^\s*</u.test(text);
    return {
      check: 'format',
      status: 'problem',
      summary: `Prometheus cannot read the answer: ${error.message}.`,
      advice: isPage
        ? 'It is a web page: a proxy or a login page is in front of the endpoint, or the path is wrong.'
        : 'Prometheus rejects the whole scrape for this. Find out which library writes that line.',
    };
  }
}

/** Checks the format of the answer. */
export function format({ contentType }: Scrape, { format: found, families }: Exposition): Finding {
  const check = 'format';
  if (families.size === 0) {
    return {
      check,
      status: 'problem',
      summary: 'The answer has no metrics.',
      advice: 'Has the bot recorded anything yet?',
    };
  }
  if (!/^(?:text\/plain|application\/openmetrics-text)\b/u.test(contentType)) {
    return {
      check,
      status: 'problem',
      summary: `The content type is ${JSON.stringify(contentType)}; Prometheus 3 rejects the scrape.`,
      advice: 'Answer with text/plain; version=0.0.4, or set fallback_scrape_protocol in Prometheus.',
    };
  }
  return { check, status: 'ok', summary: found === 'openmetrics' ? 'OpenMetrics.' : "Prometheus' text format." };
}

const ourVersion = versionOf(SCHEMA_URL) ?? '';
const schemaPrefix = SCHEMA_URL.slice(0, SCHEMA_URL.lastIndexOf('/') + 1);

/** Checks the version of the conventions that the bot uses. */
export function conventions(exposition: Exposition): Finding {
  const check = 'conventions';
  const trading = samplesOf(exposition, ({ name }) => name.startsWith('trading_'));
  if (trading.length === 0) {
    return {
      check,
      status: 'problem',
      summary: 'There is no metric of the trading conventions.',
      advice:
        'Does the bot use an instrumentation, and has it recorded anything? To restore the names of a home-made exporter, see trademeter migrate --help.',
    };
  }
  const urls = new Set(trading.map(({ labels }) => labels['otel_scope_schema_url'] ?? ''));
  const versions = [...urls].filter((url) => url.startsWith(schemaPrefix)).map((url) => versionOf(url) ?? '');
  const [first] = versions;
  if (first === undefined) {
    return {
      check,
      status: 'note',
      summary: 'The metrics do not say which version of the conventions they follow.',
      advice: 'Upgrade the instrumentations, and do not set withoutScopeInfo.',
    };
  }
  if (versions.length > 1) {
    return {
      check,
      status: 'problem',
      summary: `The bot mixes versions of the conventions: ${versions.toSorted().join(', ')}.`,
      advice: 'Install all @trademeter packages in one version: npm ls @trademeter/semantic-conventions.',
    };
  }
  if (first !== ourVersion) {
    return {
      check,
      status: 'note',
      summary: `The bot uses version ${first} of the conventions, this command ${ourVersion}.`,
      advice: 'Use dashboards, rules and this command in the version of the bot.',
    };
  }
  return { check, status: 'ok', summary: `Version ${first} of the conventions.` };
}

function versionOf(schemaUrl: string): string | undefined {
  return schemaUrl.split('/').at(-1);
}

/** Checks that the bot can be told from others, and paper from live trading. */
export function identity(exposition: Exposition): Finding {
  const check = 'identity';
  const [target] = exposition.families.get('target_info')?.samples ?? exposition.families.get('target')?.samples ?? [];
  if (target === undefined) {
    return {
      check,
      status: 'note',
      summary: 'There is no target_info: dashboards cannot select by mode.',
      advice: 'Do not set withoutTargetInfo.',
    };
  }
  const { service_name: name = '', trading_mode: mode } = target.labels;
  if (mode === undefined) {
    return {
      check,
      status: 'note',
      summary: `The bot ${JSON.stringify(name)} does not say whether it trades live or on paper.`,
      advice: "Set startTelemetry({ mode: 'live' }), or OTEL_RESOURCE_ATTRIBUTES=trading.mode=live.",
    };
  }
  return { check, status: 'ok', summary: `${name}, ${mode}.` };
}

/** Lists the domains of the conventions without metrics. */
export function domains(exposition: Exposition): Finding {
  const present = new Set<string>();
  const names = new Set(samplesOf(exposition, () => true).map(({ name }) => name));
  for (const { prometheusName, instrument, domain } of catalogueMetrics) {
    if (names.has(instrument === 'histogram' ? `${prometheusName}_count` : prometheusName)) present.add(domain);
  }
  const missing = conventionDomains.filter((domain) => !present.has(domain));
  if (missing.length === 0) return { check: 'domains', status: 'ok', summary: 'All domains have metrics.' };
  return {
    check: 'domains',
    status: 'note',
    summary: `No metrics of: ${missing.join(', ')}.`,
    advice: `If the bot has such a part, install ${missing.map(recorderOf).join(', ')}.`,
  };
}

const manySeries = 20_000;
const tooManySeries = 200_000;

/** Reports the number of series, and cardinality limits that were reached. */
export function cardinality(families: readonly FamilyCardinality[], exposition: Exposition): Finding {
  const check = 'cardinality';
  const overflowing = [...exposition.families.values()]
    .filter(({ samples }) => samples.some(({ labels }) => labels['otel_metric_overflow'] === 'true'))
    .map(({ name }) => name);
  const total = families.reduce((sum, { series }) => sum + series, 0);
  const [largest] = families;
  const driver = largest?.labels[0];
  const most =
    largest === undefined
      ? ''
      : `, ${count(largest.series)} of them in ${largest.family}${driver === undefined ? '' : ` (${count(driver.values)} values of ${driver.label})`}`;
  const summary = `${count(total)} series${most}.`;
  if (overflowing.length > 0) {
    return {
      check,
      status: 'problem',
      summary: `${overflowing.join(', ')} reached the cardinality limit: new series are added up in otel_metric_overflow.`,
      advice:
        'Drop a label with a view, or raise aggregationCardinalityLimit. The list below says which labels have the most values.',
    };
  }
  if (total > manySeries) {
    return {
      check,
      status: total > tooManySeries ? 'problem' : 'note',
      summary,
      advice: 'Drop labels that no dashboard uses with a view, or raise the memory of Prometheus: about 8 kB a series.',
    };
  }
  return { check, status: 'ok', summary };
}

/** Counts the series of each family, the largest first. Each histogram bucket counts, as in Prometheus. */
export function cardinalityOf(exposition: Exposition): FamilyCardinality[] {
  return [...exposition.families.values()]
    .map((family) => ({ family: family.name, series: family.samples.length, labels: labelsOf(family) }))
    .filter(({ series }) => series > 0)
    .toSorted((left, right) => right.series - left.series);
}

function labelsOf({ samples }: Family): { label: string; values: number }[] {
  const values = new Map<string, Set<string>>();
  for (const { labels } of samples) {
    for (const [label, value] of Object.entries(labels)) {
      if (label.startsWith('otel_scope_')) continue;
      const known = values.get(label);
      if (known === undefined) values.set(label, new Set([value]));
      else known.add(value);
    }
  }
  return [...values]
    .map(([label, seen]) => ({ label, values: seen.size }))
    .filter((each) => each.values > 1)
    .toSorted((left, right) => right.values - left.values);
}

/** Reports the measurements that instrumentations dropped. */
export function dropped(exposition: Exposition): Finding {
  const check = 'dropped';
  const samples = samplesOf(exposition, ({ name }) => name === 'trademeter_measurement_dropped_total');
  const reasons = samples.filter(({ value }) => value > 0);
  if (reasons.length === 0) return { check, status: 'ok', summary: 'No measurement was dropped.' };
  const total = reasons.reduce((sum, { value }) => sum + value, 0);
  const what = reasons.map(({ labels, value }) => {
    const named = Object.entries(labels).filter(([label]) => !label.startsWith('otel_scope_'));
    return `${count(value)} × ${named.map(([, text]) => text).join(' ')}`;
  });
  return {
    check,
    status: 'problem',
    summary: `${count(total)} measurements were dropped: ${what.slice(0, 5).join('; ')}${what.length > 5 ? '; …' : ''}.`,
    advice: 'The bot logged each kind once, with the value: search its log for "[trademeter".',
  };
}

function samplesOf({ families }: Exposition, accepts: (sample: Family['samples'][number]) => boolean) {
  return [...families.values()].flatMap(({ samples }) => samples.filter(accepts));
}

function count(value: number): string {
  return value.toLocaleString('en');
}
