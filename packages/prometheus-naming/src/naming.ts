/**
 * Translates metric, label and unit names as OpenTelemetry's Prometheus specification says. Results equal those of the
 * Go library prometheus/otlptranslator 1.0.0, which Prometheus and the Collector use.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#otlp-metric-points-to-prometheus
 */

/** How names are translated: with or without escaping to `[a-zA-Z0-9_:]`, with or without unit and type suffixes. */
export const translationStrategies = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;

/** The name of a translation strategy, as in Prometheus' own `translation_strategy`. */
export type TranslationStrategy = (typeof translationStrategies)[number];

/** What determines a metric's Prometheus name. A metric definition of the conventions qualifies. */
export interface NamedMetric {
  /** The OpenTelemetry name: `trading.order.placed`. */
  readonly name: string;
  /** The UCUM unit: `s`, `By`, `By/s`, `1`, `{order}`, or empty. */
  readonly unit: string;
  /** Counters get `_total`, gauges of unit `1` get `_ratio`. */
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
}

const unitWords: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  // The specification's table says tebibytes; Go, and so every Collector and Prometheus, says this.
  ['TiBy', 'tibibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
]);

const perUnitWords: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

/** True when the strategy adds unit and type suffixes. */
function addsSuffixes(strategy: TranslationStrategy): boolean {
  return strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'NoUTF8EscapingWithSuffixes';
}

/** True when the strategy replaces characters outside `[a-zA-Z0-9_:]`. */
function escapesNames(strategy: TranslationStrategy): boolean {
  return strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'UnderscoreEscapingWithoutSuffixes';
}

/**
 * Translates a metric name. A histogram's samples add `_bucket`, `_sum` and `_count` to it.
 *
 * @param namespace goes before the name, separated by an underscore
 * @returns `undefined` when nothing but underscores would remain
 */
export function translateMetricName(
  metric: NamedMetric,
  strategy: TranslationStrategy = 'UnderscoreEscapingWithSuffixes',
  namespace = '',
): string | undefined {
  if (!escapesNames(strategy)) {
    const name = appendSuffixes(
      namespace === '' ? metric.name : `${namespace}_${metric.name}`,
      metric,
      addsSuffixes(strategy),
    );
    return name === '' ? undefined : name;
  }
  const name = addsSuffixes(strategy) ? fullName(metric, namespace) : plainName(metric.name, namespace);
  if (name === '') return undefined;
  // Go accepts a name that consisted of underscores from the start.
  return name === metric.name || /[^_]/u.test(name) ? name : undefined;
}

/**
 * Translates an attribute key to a label name.
 *
 * @returns `undefined` when the key is empty, or nothing but underscores would remain
 */
export function translateLabelName(
  key: string,
  strategy: TranslationStrategy = 'UnderscoreEscapingWithSuffixes',
): string | undefined {
  let name = key;
  if (escapesNames(strategy)) {
    name = isReservedLabelName(key) ? `__${escapeLabelName(key.slice(2, -2))}__` : escapeLabelName(key);
    if (/^[0-9]/u.test(name)) name = `key_${name}`;
  }
  return /[^_]/u.test(name) ? name : undefined;
}

/** A unit in words, as in OpenMetrics' UNIT: `seconds`, `bytes_per_second`; empty for `1` and `{order}`. */
export function translateUnit(unit: string, strategy: TranslationStrategy = 'UnderscoreEscapingWithSuffixes'): string {
  let [main, per] = unitSuffixes(unit);
  if (escapesNames(strategy)) [main, per] = [escapeUnit(main), escapeUnit(per)];
  const words = main !== '' && per !== '' ? `${main}_${per}` : main || per;
  return words.replace(/^_/u, '').replace(/_$/u, '');
}

/** Translates to `[a-zA-Z0-9_:]` with suffixes, word by word: a unit that is anywhere in the name is not added. */
function fullName(metric: NamedMetric, namespace: string): string {
  let words = metric.name.split(/[^a-zA-Z0-9:]+/u).filter((word) => word !== '');
  const [main, per] = unitSuffixes(metric.unit);
  addUnitWords(words, escapeUnit(main), escapeUnit(per));
  if (metric.instrument === 'counter') words = [...words.filter((word) => word !== 'total'), 'total'];
  if (metric.unit === '1' && metric.instrument === 'gauge') {
    words = [...words.filter((word) => word !== 'ratio'), 'ratio'];
  }
  if (namespace !== '') words.unshift(namespace);
  const name = words.join('_');
  return /^[0-9]/u.test(name) ? `_${name}` : name;
}

function addUnitWords(words: string[], main: string, per: string): void {
  const perWord = per === 'per_' ? '' : per.replace(/_$/u, '');
  const addsMain = main !== '' && !words.includes(main);
  const addsPer = perWord !== '' && !words.includes(perWord);
  const mainWord = addsPer ? main.replace(/_$/u, '') : main;
  if (addsMain && mainWord !== '') words.push(mainWord);
  if (addsPer) words.push(perWord);
}

/** Translates to `[a-zA-Z0-9_:]` without suffixes: runs of other characters become one underscore, none at the ends. */
function plainName(name: string, namespace: string): string {
  const plain = (text: string) =>
    text
      .split(/[^a-zA-Z0-9:_]+/u)
      .filter((part) => part !== '')
      .join('_');
  const translated = plain(name);
  if (namespace !== '') return `${plain(namespace)}_${translated}`;
  return /^[0-9]/u.test(translated) ? `_${translated}` : translated;
}

/** Keeps every character, and adds the suffixes that the name does not end with. */
function appendSuffixes(name: string, metric: NamedMetric, suffixes: boolean): string {
  if (!suffixes) return name;
  const [main, per] = unitSuffixes(metric.unit);
  let stem = name;
  let tail = '';
  const move = (suffix: string) => {
    stem = withoutEnd(stem, suffix);
    tail = `_${suffix}${tail}`;
  };
  if (metric.unit === '1' && metric.instrument === 'gauge') move('ratio');
  if (metric.instrument === 'counter') move('total');
  if (per !== '') move(per);
  if (main !== '' && !stem.endsWith(main)) stem = `${stem}_${main}`;
  return stem + tail;
}

/** Removes a suffix and the character before it, whatever it is, as Go does: `subtotal` becomes `su_total`. */
function withoutEnd(name: string, suffix: string): string {
  if (!name.endsWith(suffix)) return name;
  const stem = name.slice(0, -suffix.length);
  const delimiter = /.$/su.exec(stem)?.[0] ?? '';
  const rest = stem.slice(0, stem.length - delimiter.length);
  return rest === '' ? name : rest;
}

function unitSuffixes(unit: string): [main: string, per: string] {
  const slash = unit.indexOf('/');
  const main = trimSpace(slash === -1 ? unit : unit.slice(0, slash));
  const per = slash === -1 ? '' : trimSpace(unit.slice(slash + 1));
  const isWord = (part: string) => part !== '' && !/[{}]/u.test(part);
  return [isWord(main) ? (unitWords.get(main) ?? main) : '', isWord(per) ? `per_${perUnitWords.get(per) ?? per}` : ''];
}

/** Trims what Go's strings.TrimSpace trims. JavaScript's trim() also trims U+FEFF, but not U+0085. */
function trimSpace(text: string): string {
  const space = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
  return text.replace(new RegExp(`^${space}|${space}$`, 'gu'), '');
}

function escapeUnit(unit: string): string {
  return unit
    .replace(/[^a-zA-Z0-9:]/gu, '_')
    .replace(/_+/gu, '_')
    .replace(/^_/u, '');
}

function escapeLabelName(key: string): string {
  return key.replace(/[^a-zA-Z0-9]+/gu, '_');
}

function isReservedLabelName(key: string): boolean {
  return key.length >= 4 && key.startsWith('__') && key.endsWith('__');
}
