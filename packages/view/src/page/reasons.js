import { catalogueMetrics, conventionsVersion } from '../panels/catalogue.js';
import { metricOf, recorderOf } from '../panels/catalogue-lookup.js';
import { metricQueriesOf } from '../panels/query.js';

/** @typedef {import('../panels/panel.js').Panel} Panel */
/** @typedef {import('../data/bot.js').Bot} Bot */
/** @typedef {import('../data/target.js').Target} Target */

/**
 * Whether the bot exposes a metric of the conventions.
 *
 * @param {Bot} bot
 * @param {string} prometheusName
 */
export function exposes({ families }, prometheusName) {
  return families.has(prometheusName) || families.has(prometheusName.replace(/_total$/, ''));
}

/**
 * The version of the conventions that a bot uses; empty if unknown.
 *
 * @param {Bot} bot
 */
export function conventionsOf(bot) {
  for (const name of bot.history.names()) {
    if (!/^(?:trading|trademeter)_/.test(name)) continue;
    for (const { labels } of bot.history.named(name)) {
      const version = /\/(\d+\.\d+\.\d+[^/]*)$/.exec(labels['otel_scope_schema_url'] ?? '')?.[1];
      if (version !== undefined) return version;
      if (labels['otel_scope_name']?.startsWith('@trademeter/') === true) return labels['otel_scope_version'] ?? '';
    }
  }
  return '';
}

/**
 * Whether an instrumentation of these domains has metrics. Every instrumentation counts dropped measurements,
 * so `trademeter.*` does not count.
 *
 * @param {Bot} bot
 * @param {readonly string[]} domains
 */
function isInstrumented(bot, domains) {
  return catalogueMetrics.some(
    ({ name, domain, prometheusName }) =>
      domains.includes(domain) && !name.startsWith('trademeter.') && exposes(bot, prometheusName),
  );
}

/**
 * Whether an absent count means 0: its instrumentation has other metrics under names that the page knows.
 *
 * @param {Panel} panel
 * @param {Bot} bot
 */
export function isZeroWhenAbsent({ absentIsZero, series }, bot) {
  if (absentIsZero !== true || bot.history.length < 2 || conventionsOf(bot) !== conventionsVersion) return false;
  const metrics = series.flatMap(({ query }) => metricQueriesOf(query)).map(({ metric }) => metricOf(metric));
  return metrics.every(({ domain }) => isInstrumented(bot, [domain]));
}

/**
 * Why a panel has no data, in one sentence.
 *
 * @param {Panel} panel
 * @param {Bot} bot
 * @param {Target} target
 * @returns {string}
 */
export function whyNoData(panel, bot, target) {
  if (target.state === 'loading') return 'Waiting for the first scrape.';
  if (target.state !== 'up') return 'The bot cannot be scraped.';
  const queries = panel.series.flatMap(({ query }) => metricQueriesOf(query));
  const metrics = queries.map(({ metric }) => metricOf(metric));
  if (metrics.some(({ domain }) => domain === 'scrape')) return 'Only Prometheus knows this.';
  if (metrics.length > 0 && !metrics.some(({ prometheusName }) => exposes(bot, prometheusName))) {
    const domains = [...new Set(metrics.map(({ domain }) => domain))];
    if (!isInstrumented(bot, domains)) return `The bot does not record this: it needs ${recorderOf(domains[0] ?? '')}.`;
    const spoken = conventionsOf(bot);
    if (spoken !== '' && spoken !== conventionsVersion) {
      return `The bot uses version ${spoken} of the conventions, this page ${conventionsVersion}.`;
    }
  } else if (bot.history.length < 2 && queries.some(({ kind }) => kind !== 'last')) {
    return 'Waiting for the second scrape.';
  }
  return `No data until ${panel.absentUntil}.`;
}
