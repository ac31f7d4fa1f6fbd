import { domains } from './domains.ts';
import type { Attribute, Metric, MetricAttribute, Model } from './model.ts';
import { assumptions, defaultCardinalityLimit, linesOf, seriesByDomain, seriesOf } from './series.ts';
import { prometheusName } from './sources.ts';

const header = '<!-- Generated from packages/semantic-conventions/model by `pnpm generate`. Change it there. -->\n';

/** The pages of docs/semantic-conventions by their names. */
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
names may still change. The model that these pages, the constants and the definitions are made from is
[YAML in OpenTelemetry's registry format](../../packages/semantic-conventions/model), so that bots in other languages can
generate theirs from it.

${table(['Domain', 'Metrics', 'Package', 'Series with 100 symbols'], rows)}

Also: [Attributes](attributes.md) and their values · [Buckets](buckets.md) ·
[Vocabularies](vocabularies.md) for reasons and error types · [Series](series.md), or what a bot costs its Prometheus.

## How to read the tables

- **Instrument, unit**: OpenTelemetry's instrument and the [UCUM](https://ucum.org/ucum) unit. A unit in braces says what
  is counted and is not converted. *Observable* means that the value is a state which is read when it is collected.
- **Attributes**: required, unless something else is said. *Recommended* ones are recorded when they are known or given;
  \`error.type\` is on a duration only when the timed thing failed; *opt-in* ones are recorded when a user asks for them.
- **Prometheus**: the name on the scrape endpoint, and the name that an OpenTelemetry Collector makes of the pushed metric
  (translation strategy \`UnderscoreEscapingWithSuffixes\`): a dot becomes an underscore; \`s\` becomes \`_seconds\`, \`By\`
  \`_bytes\`; a gauge of unit \`1\` ends in \`_ratio\`, never twice; a counter ends in \`_total\`; a unit in braces adds nothing.
  A histogram has the suffixes \`_bucket\`, \`_sum\` and \`_count\` behind that.
- **Series limit**: how many series the SDK keeps of a metric, where its default of ${number(defaultCardinalityLimit)} does not fit. What is
  beyond goes into one series with the attribute \`otel.metric.overflow\`.

## Rules that the names keep

Lowercase, namespaces divided by dots, snake_case inside a part; no attribute is a namespace too. The unit is never in the
name: seconds, bytes, and ratios from 0 to 1. Counters count things and may be plural; nothing else is. A histogram of time
is called \`….duration\`. What OpenTelemetry has a name for (\`error.type\`, \`gen_ai.*\`, \`http.*\`, \`db.*\`) is never invented
again. \`pnpm generate --check\` holds the model to these rules.

## Status metrics

A status is a metric of its own, as [OpenTelemetry's guide](https://opentelemetry.io/docs/specs/semconv/how-to-write-conventions/status-metrics/)
has it: an observable updowncounter of unit \`1\`, named \`*.status\`, with one series for every possible state. The state that
holds reads 1, the others 0, so they can be added up over bots, and an alert needs no knowledge of numbers:

\`\`\`promql
trading_breaker_status{trading_breaker_state="open"} == 1
\`\`\`

Every state is there from the start, so the alert works from the first scrape.

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

## Values that exist before they count

- **A counter that an alert watches is there, at 0, before it first counts.** \`increase(…[5m]) > 0\` does not see a series
  that is born at 1. So a breaker, a kill switch, a rule, a limit, a layer of a cache, and every outcome of an order once the
  first order of its venue, symbol and side is placed, write their series at 0 as soon as they are known.
- **A closed position does not linger.** Its value and its unrealized profit read 0 from the next snapshot on.
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
      if (open) lines.push('Other values may be recorded where none of these fits.');
    }
    if (examples.length > 0) lines.push(`For example ${examples.map((example) => code(`${example}`)).join(', ')}.`);
    lines.push(usesOf(attribute, model));
    return lines.join('\n\n');
  });
  const own = model.attributes.filter(({ key }) => key.startsWith('trading.') || key.startsWith('trademeter.'));
  return `${header}
# Attributes

The attributes in \`trading.\` and \`trademeter.\` are proposed here; the ${model.attributes.length - own.length} others are OpenTelemetry's own and mean what
they mean there. All are strings, except for \`server.port\`. FIX numbers are those of the FIX protocol's fields and values.

In Prometheus the dots are underscores: \`trading.order.side\` is the label \`trading_order_side\`.

${sections.join('\n\n')}
`;
}

function renderBuckets(model: Model): string {
  return `${header}
# Buckets

Every histogram has explicit boundaries. Each list contains the boundaries that trading bots in the field have used for the
same thing, so that old and new quantiles can be compared. The instrumentations give them to the instrument as advice, and
\`@trademeter/sdk\` makes a view of them; its option \`buckets\` replaces one list.

${renderBoundaries(model.metrics)}

## How a boundary is spelled

In the label \`le\` a boundary is written as Go's client libraries write it: in the shortest form, with an exponent from a
million on (\`1e+06\`, \`2.592e+06\`). The Collector and Prometheus write it so, and another spelling would be another series.
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

An estimate, computed from the model, for a bot that has all domains and records everything that is recommended:

${assumptions
  .map((assumption) => `- ${assumption};`)
  .join('\n')
  .replace(/;$/, '.')}

A series is one combination of attribute values. Of a counter or a gauge it is one line of a scrape; of a histogram with *n*
boundaries it is *n* + 3 lines: its buckets, the one to +Inf, the sum and the count.

${table(['Domain', 'Series', 'Lines of a scrape'], rows)}

A bot has the domains that it installs. With 1,000 symbols, what carries \`trading.symbol\` is ten times as much; this is why
few histograms carry it.

## The largest

${table(['Metric', 'Instrument', 'Series', 'Lines', 'Series limit'], largest)}

## Limits

The SDK keeps ${number(defaultCardinalityLimit)} series of a metric where the model says nothing else. Counters and gauges of a symbol may keep more.
Histograms may keep fewer, mostly 500, because each of their series is a dozen or more lines. No limit is below twice the
number that is estimated here; \`pnpm generate --check\` holds the model to that.
`;
}

function renderVocabularies(model: Model): string {
  const rejections = model.metrics.find(({ name }) => name === 'trading.order.rejections');
  const reason = rejections?.attributes.find(({ key }) => key === 'error.type');
  return `${header}
# Vocabularies

Attributes whose values come from the world outside: what to write, so that bots and venues can be compared.

## Reject reasons

${code('error.type')} on ${code('trading.order.rejections')}. In this order:

1. A reason of FIX OrdRejReason(103), in snake case, where one fits. Its number is translated.
2. The error class of the library. Of ccxt: \`InsufficientFunds\`, \`InvalidOrder\`, \`RateLimitExceeded\`, \`RequestTimeout\`, …
3. The code of the venue: \`-2010\`, \`51008\`, \`EOrder:Insufficient funds\`, \`ibkr_201\`.
4. An HTTP status, as a string: \`429\`.
5. \`_OTHER\`, when nothing is known.

${table(
  ['Reason', 'FIX 103', 'Meaning'],
  (reason?.values ?? []).map(({ value, fix, brief }) => [code(value), fix === undefined ? '' : `${fix}`, brief]),
)}

## Error types

${code('error.type')} elsewhere. Never a message: a message makes a new series every time. In this order:

| Error | Value |
| --- | --- |
| a specific class | its name: \`RequestTimeout\`, \`InsufficientFunds\`, whatever its status |
| a generic class (\`Error\`, \`AxiosError\`, \`HTTPError\`, …) with HTTP 418, 429 or 5xx | the status: \`429\` |
| with a code of the venue, in the error or in the body of its response | the code: \`-2010\`, \`110007\`, \`EOrder:Insufficient funds\`; a number of nine digits or more is an id and is ignored |
| with such a code from 100 to 599 that is no HTTP status | the code with the venue as prefix: \`ibkr_201\`; \`code_201\` where the venue is not known |
| with another HTTP status | the status: \`404\` |
| with a code of the library or the system | the code: \`ECONNREFUSED\`, \`23505\` |
| with a cause, also a \`TypeError\` with one, as of fetch | the same of the cause: \`ECONNREFUSED\`, \`UND_ERR_CONNECT_TIMEOUT\` |
| without any of these | the generic class; \`_OTHER\` when nothing is known, or when it looks like an id or a key |

## Order states of ccxt

| ccxt | Here |
| --- | --- |
| \`open\` | not closed yet: counted in \`trading.order.open\` |
| \`closed\` | \`filled\` |
| \`canceled\` | \`canceled\` |
| \`expired\` | \`expired\` |
| \`rejected\` | \`rejected\` |
| no status, as right after \`createOrder\` | not known yet |
`;
}

function usesOf({ key }: Attribute, model: Model): string {
  if (model.resourceAttributes.includes(key)) return 'An attribute of the resource; no metric has it.';
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
