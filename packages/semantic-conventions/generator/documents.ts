import { domains } from './domains.ts';
import type { Attribute, Metric, MetricAttribute, Model } from './model.ts';
import { assumptions, defaultCardinalityLimit, linesOf, seriesByDomain, seriesOf } from './series.ts';
import { prometheusName } from './sources.ts';

const header = '<!-- Generated from packages/semantic-conventions/model by `pnpm generate`. Change it there. -->\n';

/** The pages of docs/semantic-conventions by name. */
export function renderDocuments(model: Model): Record<string, string> {
  const pages = domains.map(({ name }) => [`${name}.md`, renderDomain(model, name)] as const);
  return {
    'README.md': renderIndex(model),
    ...Object.fromEntries(pages),
    'attributes.md': renderAttributes(model),
    'buckets.md': renderBuckets(model),
    'series.md': renderSeries(model),
    'vocabularies.md': renderVocabularies(model),
  };
}

function renderIndex(model: Model): string {
  const series = seriesByDomain(model.metrics);
  const rows = domains.map(({ name, title }) => [
    `[${title}](${name}.md)`,
    `${metricsOf(model, name).length}`,
    code(`@trademeter/instrumentation-${name}`),
    number(series.find(({ domain }) => domain === name)?.series ?? 0),
  ]);
  return `${header}
# Semantic conventions for trading bots

Version ${model.version}, stability **development**: \`trading.*\` is a proposed namespace, not one of OpenTelemetry's, and
names may still change. These pages, the constants and the definitions are generated from a model in
[OpenTelemetry's registry format](../../packages/semantic-conventions/model). Bots in other languages can generate their
constants from it.

${table(['Domain', 'Metrics', 'Package', 'Series with 100 symbols'], rows)}

Also: [Attributes](attributes.md) and their values · [Buckets](buckets.md) ·
[Vocabularies](vocabularies.md) for reasons and error types · [Series](series.md): what a bot costs its Prometheus.

## How to read the tables

- **Instrument, unit**: OpenTelemetry's instrument and the [UCUM](https://ucum.org/ucum) unit. A unit in braces names
  what is counted and is not converted. *Observable* means that the value is a state that is read at collection.
- **Attributes**: required, unless marked. *Recommended* ones are recorded if they are known; \`error.type\` is on a
  duration only if the operation failed; *opt-in* ones are recorded if you pass them.
- **Prometheus**: the name on the scrape endpoint, and the name that an OpenTelemetry Collector gives to the pushed metric
  (translation strategy \`UnderscoreEscapingWithSuffixes\`): a dot becomes an underscore; \`s\` becomes \`_seconds\`, \`By\`
  becomes \`_bytes\`; a gauge of unit \`1\` ends in \`_ratio\`, never twice; a counter ends in \`_total\`; a unit in braces adds
  nothing. A histogram also has the suffixes \`_bucket\`, \`_sum\` and \`_count\`.
- **Series limit**: the cardinality limit of a metric, if it is not the default of ${number(defaultCardinalityLimit)}. Further series are
  combined into one with the attribute \`otel.metric.overflow\`.

## Rules for names

Names are lowercase, with namespaces separated by dots and snake_case inside a part. No attribute is also a namespace.
Names do not contain units: seconds, bytes, and ratios from 0 to 1. Only counters, which count things, may be plural. A
histogram of time is called \`….duration\`. Existing names of OpenTelemetry (\`error.type\`, \`gen_ai.*\`, \`http.*\`,
\`db.*\`) are used. \`pnpm generate --check\` checks these rules.

## Status metrics

A status follows [OpenTelemetry's guide](https://opentelemetry.io/docs/specs/semconv/how-to-write-conventions/status-metrics/):
an observable updowncounter, named \`*.status\`, whose unit is what has the status, such as \`{breaker}\`. It has one series
for each possible state. The current state reads 1, the others 0, so they can be added up over bots, and an alert needs
no numbers:

\`\`\`promql
trading_breaker_status{trading_breaker_state="open"} == 1
\`\`\`

Every state exists from the start, so the alert works from the first scrape.

${table(
  ['Status', 'States'],
  model.metrics
    .filter(({ name }) => name.endsWith('.status'))
    .map(({ name, attributes }) => [
      code(name),
      attributes
        .filter(({ key }) => key.endsWith('.state'))
        .flatMap(({ values }) => values.map(({ value }) => code(value)))
        .join(', '),
    ]),
)}

## Series that exist at 0

- **A counter that an alert watches starts at 0**, because \`increase(…[5m]) > 0\` does not see a series that starts at 1.
  This applies to breakers, the kill switch, rules, limits, layers of a cache, and, after the first order of a venue,
  symbol and side, every outcome of an order.
- **A closed position** has a value and an unrealized profit of 0 from the next snapshot.
- **Derived figures are computed from events**: ratios, streaks, the Sharpe ratio, drawdown, the age of data. A figure that
  is not defined yet is absent, not 0.
`;
}

function renderDomain(model: Model, domain: string): string {
  const found = domains.find(({ name }) => name === domain);
  const { title = domain, introduction = '', details } = found ?? {};
  const metrics = metricsOf(model, domain);
  const rows = metrics.map((metric) => [
    code(metric.name),
    instrumentOf(metric),
    metric.note === '' ? metric.brief : `${metric.brief} ${metric.note}`,
    metric.attributes.map(attributeInTable).join(', ') || '—',
    code(prometheusName(metric)),
    metric.boundaries === undefined ? '' : `[${metric.boundaries.length} buckets](#buckets)`,
    metric.cardinalityLimit === undefined ? '' : number(metric.cardinalityLimit),
  ]);
  const buckets = renderBoundaries(metrics);
  return `${header}
# ${title}

Recorded by \`@trademeter/instrumentation-${domain}\`. [How to read the table](README.md#how-to-read-the-tables) ·
[Attributes](attributes.md)

${introduction}

${table(['Metric', 'Instrument, unit', 'What it measures', 'Attributes', 'Prometheus', 'Buckets', 'Series limit'], rows)}
${buckets === '' ? '' : `\n## Buckets\n\n${buckets}\n`}${details === undefined ? '' : `\n${details}\n`}`;
}

function renderAttributes(model: Model): string {
  const sections = model.attributes.map((attribute) => {
    const { key, brief, note, values, open, examples } = attribute;
    const lines = [`## \`${key}\``, note === '' ? brief : `${brief} ${note}`];
    if (values.length > 0) {
      lines.push(
        table(
          ['Value', 'Meaning'],
          values.map((value) => [code(value.value), value.brief]),
        ),
      );
      if (open) lines.push('Other values may be recorded if none of these fits.');
    }
    if (examples.length > 0) lines.push(`For example ${examples.map((example) => code(`${example}`)).join(', ')}.`);
    lines.push(usesOf(attribute, model));
    return lines.join('\n\n');
  });
  const own = model.attributes.filter(({ key }) => key.startsWith('trading.') || key.startsWith('trademeter.'));
  return `${header}
# Attributes

The attributes in \`trading.\` and \`trademeter.\` are proposed here; the ${model.attributes.length - own.length} others are OpenTelemetry's own and have the
same meaning. All are strings, except \`server.port\`. FIX numbers are those of the fields and values of the FIX protocol.

In Prometheus, dots become underscores: \`trading.order.side\` is the label \`trading_order_side\`.

${sections.join('\n\n')}
`;
}

function renderBuckets(model: Model): string {
  return `${header}
# Buckets

Every histogram has explicit boundaries. Each list includes the boundaries that existing trading bots use for the same
thing, so that old and new quantiles can be compared. The instrumentations pass them to the instrument as advice, and
\`@trademeter/sdk\` creates a view from them; its option \`buckets\` replaces one list.

${renderBoundaries(model.metrics)}

## How a boundary is written

The label \`le\` has the form of Go's client libraries, like in the Collector and Prometheus: the shortest form, with an
exponent from a million (\`1e+06\`, \`2.592e+06\`). Another form would be another series.
`;
}

function renderBoundaries(metrics: readonly Metric[]): string {
  const lists = new Map<string, Metric[]>();
  for (const metric of metrics) {
    if (metric.boundaries === undefined) continue;
    const key = `${metric.boundaries.join(' ')}|${metric.unit}`;
    lists.set(key, [...(lists.get(key) ?? []), metric]);
  }
  if (lists.size === 0) return '';
  return table(
    ['Metrics', 'Unit', 'Boundaries'],
    [...lists.values()].map((own) => [
      own.map(({ name }) => code(name)).join(', '),
      code(own[0]?.unit ?? ''),
      own[0]?.boundaries?.join(' ') ?? '',
    ]),
  );
}

function renderSeries(model: Model): string {
  const totals = seriesByDomain(model.metrics);
  const rows = totals.map(({ domain, series, lines }) => [
    `[${domains.find(({ name }) => name === domain)?.title ?? domain}](${domain}.md)`,
    number(series),
    number(lines),
  ]);
  rows.push([
    '**All domains**',
    `**${number(totals.reduce((sum, { series }) => sum + series, 0))}**`,
    `**${number(totals.reduce((sum, { lines }) => sum + lines, 0))}**`,
  ]);
  const largest = model.metrics
    .toSorted((a, b) => linesOf(b) - linesOf(a) || a.name.localeCompare(b.name))
    .slice(0, 12)
    .map((metric) => [
      code(metric.name),
      metric.instrument,
      number(seriesOf(metric)),
      number(linesOf(metric)),
      number(metric.cardinalityLimit ?? defaultCardinalityLimit),
    ]);
  return `${header}
# Series of a bot with 100 symbols

An estimate, computed from the model, for a bot that has all domains and all recommended attributes:

${assumptions
  .map((assumption) => `- ${assumption};`)
  .join('\n')
  .replace(/;$/, '.')}

A series is one combination of attribute values. For a counter or a gauge it is one line of a scrape. For a histogram with
*n* boundaries it is *n* + 3 lines: its buckets, the one to +Inf, the sum and the count.

${table(['Domain', 'Series', 'Lines of a scrape'], rows)}

A bot has only the domains that it installs. With 1,000 symbols, metrics with \`trading.symbol\` have ten times as many
series, which is why few histograms have it.

## The largest

${table(['Metric', 'Instrument', 'Series', 'Lines', 'Series limit'], largest)}

## Limits

The SDK keeps ${number(defaultCardinalityLimit)} series of a metric unless the model sets another limit. Counters and gauges by symbol may have more.
Histograms may have fewer, mostly 500, because each of their series is a dozen or more lines. No limit is below twice the
estimate; \`pnpm generate --check\` checks this.
`;
}

function renderVocabularies(model: Model): string {
  const rejections = model.metrics.find(({ name }) => name === 'trading.order.rejections');
  const reason = rejections?.attributes.find(({ key }) => key === 'error.type');
  return `${header}
# Vocabularies

Values of attributes that come from venues and libraries, so that bots and venues can be compared.

## Reject reasons

${code('error.type')} on ${code('trading.order.rejections')} is the first of:

1. A reason of FIX OrdRejReason(103) in snake case, if one fits. Its number is translated.
2. The error class of the library, such as ccxt's \`InsufficientFunds\`, \`InvalidOrder\`, \`RateLimitExceeded\`, \`RequestTimeout\`.
3. The code of the venue: \`-2010\`, \`51008\`, \`EOrder:Insufficient funds\`, \`ibkr_201\`.
4. An HTTP status, as a string: \`429\`.
5. \`_OTHER\`.

${table(
  ['Reason', 'FIX 103', 'Meaning'],
  (reason?.values ?? []).map(({ value, fix, brief }) => [code(value), fix === undefined ? '' : `${fix}`, brief]),
)}

## Error types

${code('error.type')} on other metrics is never a message, because each message would create a series. It is the first of:

| Error | Value |
| --- | --- |
| a specific class | its name, whatever its status: \`RequestTimeout\`, \`InsufficientFunds\` |
| a generic class (\`Error\`, \`AxiosError\`, \`HTTPError\`, …) with HTTP 418, 429 or 5xx | the status: \`429\` |
| with a code of the venue, in the error or in the body of its response | the code: \`-2010\`, \`110007\`, \`EOrder:Insufficient funds\`; a number of nine digits or more is an id and is ignored |
| with such a code from 100 to 599 that is not an HTTP status | the code with the venue as prefix: \`ibkr_201\`; \`code_201\` if the venue is not known |
| with another HTTP status | the status: \`404\` |
| with a code of the library or the system | the code: \`ECONNREFUSED\`, \`23505\` |
| with a cause, including a \`TypeError\` of fetch | the type of the cause: \`ECONNREFUSED\`, \`UND_ERR_CONNECT_TIMEOUT\` |
| without any of these | the generic class; \`_OTHER\` if there is none, or if it looks like an id or a key |

## Order states of ccxt

| ccxt | Here |
| --- | --- |
| \`open\` | not closed yet: counted in \`trading.order.open\` |
| \`closed\` | \`filled\` |
| \`canceled\` | \`canceled\` |
| \`expired\` | \`expired\` |
| \`rejected\` | \`rejected\` |
| no status, such as after \`createOrder\` | not known yet |
`;
}

function usesOf({ key }: Attribute, model: Model): string {
  if (model.resourceAttributes.includes(key)) return 'A resource attribute; no metric has it.';
  const names = model.metrics.filter(({ attributes }) => attributes.some((other) => other.key === key));
  const shown = names.slice(0, 6).map(({ name }) => code(name));
  return `On ${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}.`;
}

function attributeInTable({ key, requirement, condition = '' }: MetricAttribute): string {
  switch (requirement) {
    case 'required':
      return code(key);
    case 'conditionally_required':
      return `${code(key)} (${key === 'error.type' ? 'on failure' : condition.replace(/^If/, 'if').replace(/\.$/, '')})`;
    case 'recommended':
      return `${code(key)} (recommended)`;
    case 'opt_in':
      return `${code(key)} (opt-in)`;
  }
}

function instrumentOf({ instrument, unit, observable }: Metric): string {
  return `${observable ? 'observable ' : ''}${instrument}, ${code(unit)}`;
}

function metricsOf({ metrics }: Model, domain: string): Metric[] {
  return metrics.filter((metric) => metric.domain === domain);
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
