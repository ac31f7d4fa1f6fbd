/**
 * The parser of Prometheus' exposition formats: text 0.0.4 and 1.0.0, and OpenMetrics 1.0. It runs in browsers
 * and in Node.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */

/** @typedef {Readonly<Record<string, string>>} Labels without those whose value is empty, which are absent labels */

/**
 * @typedef {object} Exemplar
 * @property {Labels} labels
 * @property {number} value
 * @property {number | undefined} timestamp seconds since 1970
 */

/**
 * @typedef {object} Sample
 * @property {string} name
 * @property {string} labelText the labels as they are written, braces included; empty where there are none
 * @property {Labels} labels
 * @property {number} value
 * @property {number | undefined} timestamp seconds since 1970, in either format
 * @property {Exemplar | undefined} exemplar
 */

/**
 * @typedef {object} Family
 * @property {string} name as in its TYPE line: in OpenMetrics a counter's has no `_total`
 * @property {string} type `unknown` without a TYPE line
 * @property {string} help
 * @property {string} unit
 * @property {Sample[]} samples
 */

/**
 * @typedef {object} Exposition
 * @property {'text' | 'openmetrics'} format
 * @property {Map<string, Family>} families by name, in the order of the text
 */

/**
 * @typedef {object} ParseOptions
 * @property {string | undefined} [contentType] of the answer; without it, a text that ends in `# EOF` is OpenMetrics
 * @property {boolean | undefined} [strict] also reject what Prometheus tolerates or drops in part: duplicate series or
 * comments, a unit that is not a suffix of the name, blanks outside the grammar. Default false.
 * @property {Map<string, Labels> | undefined} [labelCache] label sets by their text, kept from one scrape to the next
 */

/** Thrown for invalid text, with the first invalid line. */
export class ExpositionError extends Error {
  /**
   * @param {string} problem
   * @param {number} line from 1
   * @param {string} text of the line
   */
  constructor(problem, line, text) {
    const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
    super(`line ${line}: ${problem}: ${JSON.stringify(shown)}`);
    this.name = 'ExpositionError';
    this.problem = problem;
    this.line = line;
  }
}

/** The suffixes of a family's samples, by its type. @type {Readonly<Record<string, readonly string[]>>} */
const suffixes = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
};
const textTypes = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped', 'unknown']);
const openMetricsTypes = new Set('counter gauge histogram gaugehistogram summary info stateset unknown'.split(' '));
const allSuffixes = [...new Set(Object.values(suffixes).flat())];

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;
const legacyName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const legacyLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** @type {Labels} */
const noLabels = Object.freeze({});

/**
 * Parses an exposition.
 *
 * @param {string} text
 * @param {ParseOptions} [options]
 * @returns {Exposition}
 * @throws {ExpositionError} where Prometheus would refuse the whole scrape
 */
export function parseExposition(text, options = {}) {
  return new Parser(text, options).parse();
}

class Parser {
  #text;
  #strict;
  #openMetrics;
  #labelCache;
  /** @type {Map<string, Family>} */
  #families = new Map();
  /** @type {Family | undefined} */
  #current;
  #lineNumber = 0;
  #line = '';
  #seen = new Set();

  /**
   * @param {string} text
   * @param {ParseOptions} options
   */
  constructor(text, { contentType, strict = false, labelCache = new Map() }) {
    this.#text = text;
    this.#strict = strict;
    this.#labelCache = labelCache;
    this.#openMetrics =
      contentType === undefined
        ? /(?:^|\n)# EOF\n?$/.test(text)
        : /^\s*application\/openmetrics-text\b/i.test(contentType);
  }

  /** @returns {Exposition} */
  parse() {
    const text = this.#text;
    let start = 0;
    let isEnded = false;
    while (start < text.length) {
      let end = text.indexOf('\n', start);
      this.#lineNumber += 1;
      if (end === -1) {
        end = text.length;
        this.#line = text.slice(start);
        // Prometheus 3 accepts it, though the format does not
        if (this.#strict) throw this.#error('the last line does not end');
      } else {
        this.#line = text.slice(start, end);
      }
      start = end + 1;
      if (isEnded) throw this.#error('text after # EOF');
      if (this.#line.startsWith('#')) isEnded = this.#comment() && this.#openMetrics;
      else if (this.#line !== '' || this.#openMetrics) this.#sample();
    }
    if (this.#openMetrics && !isEnded) {
      this.#lineNumber += 1;
      this.#line = '';
      throw this.#error('the text ends without # EOF');
    }
    return { format: this.#openMetrics ? 'openmetrics' : 'text', families: this.#families };
  }

  /** @returns {boolean} whether it is the end of an OpenMetrics text */
  #comment() {
    const line = this.#line;
    if (line === '# EOF') return true;
    const match = /^#[ \t]+(TYPE|HELP|UNIT)[ \t]+/.exec(line);
    if (match === null) {
      if (this.#openMetrics && this.#strict) throw this.#error('a comment that OpenMetrics does not have');
      return false;
    }
    const [lead, keyword] = match;
    let name = '';
    let at = lead.length;
    if (line[at] === '"') {
      const close = this.#closingQuote(at);
      name = unescapeText(line.slice(at + 1, close));
      at = close + 1;
    } else {
      const blank = /[ \t]/.exec(line.slice(at));
      const end = blank === null ? line.length : at + blank.index;
      name = line.slice(at, end);
      at = end;
      if (!legacyName.test(name)) throw this.#error(`${keyword} with an invalid metric name`);
    }
    const rest = line.slice(at + 1);
    const family = this.#familyNamed(name);
    this.#current = family;
    if (this.#strict) {
      const key = `${keyword} ${name}`;
      if (this.#seen.has(key)) throw this.#error(`a second ${keyword} of ${name}`);
      this.#seen.add(key);
    }
    if (keyword === 'TYPE') this.#type(family, rest);
    else if (keyword === 'HELP') family.help = unescapeHelp(rest, this.#openMetrics);
    else if (this.#openMetrics) this.#unit(family, rest);
    return false;
  }

  /**
   * @param {Family} family
   * @param {string} text
   */
  #type(family, text) {
    const type = text.trim();
    if (!(this.#openMetrics ? openMetricsTypes : textTypes).has(type)) throw this.#error('a type that does not exist');
    if (family.samples.length > 0 && this.#strict) throw this.#error(`the type of ${family.name} after its samples`);
    family.type = type === 'untyped' ? 'unknown' : type;
  }

  /**
   * @param {Family} family
   * @param {string} unit
   */
  #unit(family, unit) {
    if (unit !== '' && !family.name.endsWith(`_${unit}`)) throw this.#error('a unit that is no suffix of the name');
    family.unit = unit;
  }

  #sample() {
    const line = this.#line;
    let at = 0;
    let name = '';
    let labelText = '';
    let labels = noLabels;
    const end = /[{ \t]/.exec(line)?.index ?? line.length;
    name = line.slice(0, end);
    at = end;
    if (line[at] === '{') {
      const close = this.#closingBrace(at);
      labelText = line.slice(at, close + 1);
      labels = this.#labels(labelText);
      at = close + 1;
    }
    if (name === '') {
      name = labels['__name__'] ?? '';
      labels = withoutName(labels);
      if (name === '') throw this.#error('no metric name');
    } else if (!legacyName.test(name)) {
      throw this.#error('not a metric name');
    } else if ('__name__' in labels) {
      throw this.#error('a second metric name');
    }
    const hash = this.#openMetrics ? line.indexOf(' # ', at) : -1;
    const tail = hash === -1 ? line.slice(at) : line.slice(at, hash);
    const [value, timestamp] = this.#valueAndTimestamp(tail);
    const exemplar = hash === -1 ? undefined : this.#exemplar(hash + 3);
    if (this.#strict) {
      const key = JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)), timestamp]);
      if (this.#seen.has(key)) throw this.#error('a series that is there twice');
      this.#seen.add(key);
    }
    this.#familyOf(name).samples.push({ name, labelText, labels, value, timestamp, exemplar });
  }

  /**
   * @param {string} text
   * @returns {[number, number | undefined]}
   */
  #valueAndTimestamp(text) {
    const blanks = this.#strict || this.#openMetrics ? /^ (\S+)(?: (\S+))?$/ : /^[ \t]*(\S+)(?:[ \t]+(\S+))?[ \t]*$/;
    const match = blanks.exec(text);
    if (match === null) throw this.#error(text.trim() === '' ? 'no value' : 'not a value and a timestamp');
    const [, value = '', timestamp] = match;
    if (timestamp === undefined) return [this.#number(value), undefined];
    if (this.#openMetrics) return [this.#number(value), this.#number(timestamp)];
    if (!/^-?\d+$/.test(timestamp)) throw this.#error('a timestamp that is not whole milliseconds');
    return [this.#number(value), Number(timestamp) / 1000];
  }

  /** @param {string} text */
  #number(text) {
    if (decimal.test(text)) return Number(text);
    const match = special.exec(text);
    if (match === null) throw this.#error(`a value that is not a number, ${JSON.stringify(text.slice(0, 40))}`);
    if (match[2] !== undefined) return Number.NaN;
    return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  /**
   * @param {number} start
   * @returns {Exemplar}
   */
  #exemplar(start) {
    const line = this.#line;
    if (line[start] !== '{') throw this.#error('an exemplar without labels');
    const close = this.#closingBrace(start);
    const labels = this.#labels(line.slice(start, close + 1));
    const [value, timestamp] = this.#valueAndTimestamp(line.slice(close + 1));
    return { labels, value, timestamp };
  }

  /** @param {number} open the place of a brace in the line */
  #closingBrace(open) {
    const line = this.#line;
    let at = open + 1;
    for (;;) {
      const brace = line.indexOf('}', at);
      if (brace === -1) throw this.#error('a brace that is not closed');
      const quote = line.indexOf('"', at);
      if (quote === -1 || brace < quote) return brace;
      at = this.#closingQuote(quote) + 1;
    }
  }

  /** @param {number} open the place of a quotation mark in the line */
  #closingQuote(open) {
    const line = this.#line;
    for (let at = open + 1; at < line.length; at += 1) {
      const code = line.charCodeAt(at);
      if (code === 0x5c) at += 1;
      else if (code === 0x22) return at;
    }
    throw this.#error('a quotation mark that is not closed');
  }

  /**
   * @param {string} text with its braces
   * @returns {Labels}
   */
  #labels(text) {
    const known = this.#labelCache.get(text);
    if (known !== undefined) return known;
    const labels = this.#parseLabels(text);
    this.#labelCache.set(text, labels);
    return labels;
  }

  /**
   * @param {string} text with its braces
   * @returns {Labels}
   */
  #parseLabels(text) {
    // a label may be called __proto__
    const labels = /** @type {Record<string, string>} */ (Object.create(null));
    const pattern = /[ \t]*(?:([^\s"=,{}]+)|"((?:[^"\\]|\\.)*)")[ \t]*(?:=[ \t]*"((?:[^"\\]|\\.)*)")?[ \t]*(,|$)/sy;
    const inner = text.slice(1, -1);
    const seen = new Set();
    while (pattern.lastIndex < inner.length && inner.slice(pattern.lastIndex).trim() !== '') {
      const match = pattern.exec(inner);
      if (match === null) throw this.#error('labels that are not name="value", separated by commas');
      const [, bare, quoted, value] = match;
      const isName = bare === undefined && value === undefined;
      if (bare !== undefined && (value === undefined || !legacyLabel.test(bare))) {
        throw this.#error(`${JSON.stringify(bare)} is not a label name with a value`);
      }
      const name = isName ? '__name__' : (bare ?? unescapeText(quoted ?? ''));
      if (seen.has(name)) throw this.#error(`the label ${name} is there twice`);
      if (name === '__name__' && !isName) throw this.#error('a label with the name of the metric name');
      seen.add(name);
      const content = isName ? unescapeText(quoted ?? '') : unescapeText(value ?? '');
      if (content !== '') labels[name] = content;
    }
    return Object.freeze(labels);
  }

  /** @param {string} name */
  #familyNamed(name) {
    let family = this.#families.get(name);
    if (family === undefined) {
      family = { name, type: 'unknown', help: '', unit: '', samples: [] };
      this.#families.set(name, family);
    }
    return family;
  }

  /** @param {string} sampleName */
  #familyOf(sampleName) {
    const current = this.#current;
    if (current !== undefined && isOf(current, sampleName)) return current;
    let family = this.#families.get(sampleName);
    for (const suffix of family === undefined ? allSuffixes : []) {
      if (!sampleName.endsWith(suffix)) continue;
      const candidate = this.#families.get(sampleName.slice(0, -suffix.length));
      if (candidate !== undefined && isOf(candidate, sampleName)) family = candidate;
    }
    this.#current = family ?? this.#familyNamed(sampleName);
    return this.#current;
  }

  /** @param {string} problem */
  #error(problem) {
    return new ExpositionError(problem, this.#lineNumber, this.#line);
  }
}

/**
 * @param {Family} family
 * @param {string} sampleName
 */
function isOf({ name, type }, sampleName) {
  if (sampleName === name) return true;
  if (!sampleName.startsWith(name)) return false;
  return suffixes[type]?.includes(sampleName.slice(name.length)) === true;
}

/**
 * @param {Labels} labels
 * @returns {Labels}
 */
function withoutName(labels) {
  const rest = /** @type {Record<string, string>} */ (Object.create(null));
  for (const [name, value] of Object.entries(labels)) if (name !== '__name__') rest[name] = value;
  return Object.freeze(rest);
}

/** @param {string} text */
function unescapeText(text) {
  if (!text.includes('\\')) return text;
  return text.replace(/\\[n"\\]/g, unescapeOne);
}

/**
 * @param {string} text
 * @param {boolean} openMetrics which also escapes quotation marks here
 */
function unescapeHelp(text, openMetrics) {
  if (openMetrics) return unescapeText(text);
  return text.includes('\\') ? text.replace(/\\[n\\]/g, unescapeOne) : text;
}

/** @param {string} pair a backslash and what it escapes */
function unescapeOne(pair) {
  return pair === '\\n' ? '\n' : pair.slice(1);
}
