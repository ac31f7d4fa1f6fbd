import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { isKnownSeries, knownMetrics } from './known-series.ts';
import { aggregations, type Exception, type MappedMetric, type Mapping } from './mapping.ts';
import { checkMapping } from './mapping-check.ts';

/** Thrown for a mapping that cannot be used. The message has one line per problem: `file:line: what is wrong`. */
export class MappingError extends Error {
  readonly code = 'TRADEMETER_MAPPING';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'MappingError';
    this.problems = problems;
  }
}

/** A mapping, and warnings about what may be intended, such as an unknown series. */
export interface ReadMapping {
  readonly mapping: Mapping;
  readonly warnings: readonly string[];
}

/**
 * Reads a mapping file and checks its keys, its PromQL, and the series and labels that it names.
 *
 * @param fileName for messages
 * @throws {MappingError} that names every wrong entry with its line. Contents are checked only in entries with valid
 * keys
 */
export function readMapping(text: string, fileName: string): ReadMapping {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (node: Node | null | undefined) => lines.linePos(node?.range?.[0] ?? 0).line;
  if (document.errors.length > 0) {
    throw new MappingError(
      document.errors.map(
        ({ linePos, message }) => `${fileName}:${linePos?.[0].line ?? 1}: ${message.split('\n')[0] ?? ''}`,
      ),
    );
  }
  const fields = new Fields(document.contents, 'the mapping', lineOf);
  const { problems } = fields;
  /** Entries with valid keys. The contents of others could only be guessed. */
  const rightOnes = <T>(key: string, read: (entry: Fields) => T): T[] =>
    fields.maps(key).flatMap((entry) => {
      const before = problems.length;
      const value = read(entry);
      return problems.length === before ? [value] : [];
    });
  const mapping: Mapping = {
    system: fields.text('system', /^[\w.-]+$/u, 'a name of letters, digits, dots and dashes') ?? '',
    keep: fields.list('keep', (name) => labelName.test(name), 'label names') ?? ['job', 'instance'],
    interval: fields.optionalText('interval', duration, durationWords) ?? '15s',
    mean: fields.optionalText('mean', duration, durationWords),
    rules: rightOnes('rules', readRule),
    unchanged: fields.list('unchanged', isKnownName, 'names that exist without a rule') ?? [],
    exceptions: rightOnes('exceptions', readException),
  };
  fields.finish();
  const found = checkMapping(mapping);
  problems.push(...found.problems);
  if (problems.length > 0) {
    problems.sort((a, b) => a.line - b.line);
    throw new MappingError(problems.map(({ line, text: problem }) => `${fileName}:${line}: ${problem}`));
  }
  return { mapping, warnings: found.warnings.map(({ line, text: warning }) => `${fileName}:${line}: ${warning}`) };
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/u;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/u;
const duration = /^(?:\d+(?:ms|[smhdwy]))+$/u;
const isKnownName = (name: string): boolean => isKnownSeries(name) || knownMetrics.has(name);
const durationWords = 'a duration such as 15s';

function readRule(fields: Fields): MappedMetric {
  const recorded = {
    record: fields.text('record', metricName, 'a metric name') ?? '',
    set: fields.pairs('set', labelName, 'label names') ?? {},
    line: fields.line,
  };
  fields.where = recorded.record;
  const [source, ...more] = ['from', 'histogram', 'query'].filter((key) => fields.has(key));
  if (source === undefined || more.length > 0) fields.report(`must have exactly one of from, histogram and query`);
  if (source === 'query') {
    const query = fields.text('query', /./su, 'PromQL') ?? '';
    fields.finish();
    return { ...recorded, kind: 'query', query };
  }
  const selected = {
    ...recorded,
    where: fields.optionalText('where', /./su, 'label matchers') ?? '',
    labels: fields.pairs('labels', labelName, 'label names') ?? {},
    values: fields.nestedPairs('values'),
    multiply: fields.number('multiply') ?? 1,
  };
  const rule: MappedMetric =
    source === 'histogram'
      ? {
          ...selected,
          kind: 'histogram',
          histogram: fields.text('histogram', metricName, 'a metric name') ?? '',
          buckets: fields.numbers('buckets'),
        }
      : {
          ...selected,
          kind: 'from',
          from: fields.text('from', metricName, 'a series name') ?? '',
          aggregate: fields.oneOf('aggregate', aggregations) ?? 'sum',
          zero: fields.flag('zero'),
        };
  fields.finish();
  return rule;
}

function readException(fields: Fields): Exception {
  const exception = {
    name: fields.text('name', /./su, 'a name') ?? '',
    reason: fields.text('reason', /./su, 'a sentence') ?? '',
    instead: fields.optionalText('instead', /./su, 'PromQL'),
    line: fields.line,
  };
  fields.finish();
  return exception;
}

interface Problem {
  readonly line: number;
  readonly text: string;
}

/** Reads the keys of one map in the file, and collects problems instead of stopping at the first. */
class Fields {
  readonly problems: Problem[];
  readonly line: number;
  /** The name of this map in messages. */
  where: string;
  readonly #map: YAMLMap | undefined;
  readonly #lineOf: (node: Node | null | undefined) => number;
  readonly #read = new Set<string>();

  constructor(
    node: unknown,
    where: string,
    lineOf: (node: Node | null | undefined) => number,
    problems: Problem[] = [],
  ) {
    this.where = where;
    this.problems = problems;
    this.#lineOf = lineOf;
    this.line = lineOf(node as Node | null);
    this.#map = isMap(node) ? node : undefined;
    if (this.#map === undefined) this.report('must be a map of keys');
  }

  has(key: string): boolean {
    return this.#map?.has(key) === true;
  }

  report(text: string, node?: Node | null): void {
    this.problems.push({ line: node === undefined ? this.line : this.#lineOf(node), text: `${this.where} ${text}` });
  }

  text(key: string, pattern: RegExp, words: string): string | undefined {
    if (!this.has(key)) {
      this.#read.add(key);
      this.report(`must have ${key}, ${words}`);
    }
    return this.optionalText(key, pattern, words);
  }

  optionalText(key: string, pattern: RegExp, words: string): string | undefined {
    const node = this.#node(key);
    if (node === undefined) return undefined;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' && pattern.test(value.trim())) return value.trim();
    this.report(`${key} must be ${words}, got ${shown(node)}`, node);
    return undefined;
  }

  number(key: string): number | undefined {
    const node = this.#node(key);
    if (node === undefined) return undefined;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value !== 0) return value;
    this.report(`${key} must be a number other than 0, got ${shown(node)}`, node);
    return undefined;
  }

  numbers(key: string): number[] {
    const node = this.#node(key);
    if (node === undefined) return [];
    const values = isSeq(node) ? node.items.map((item) => (isScalar(item) ? item.value : undefined)) : [];
    const numbers = values.filter((value) => typeof value === 'number');
    const ascends = numbers.every((value, index) => index === 0 || value > (numbers[index - 1] ?? 0));
    if (numbers.length > 0 && numbers.length === values.length && ascends) return numbers;
    this.report(`${key} must be a list of ascending numbers, got ${shown(node)}`, node);
    return [];
  }

  flag(key: string): boolean {
    const node = this.#node(key);
    if (node === undefined) return false;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'boolean') return value;
    this.report(`${key} must be true or false, got ${shown(node)}`, node);
    return false;
  }

  oneOf<const T extends string>(key: string, allowed: readonly T[]): T | undefined {
    const node = this.#node(key);
    if (node === undefined) return undefined;
    const value = isScalar(node) ? node.value : undefined;
    const match = allowed.find((candidate) => candidate === value);
    if (match === undefined) this.report(`${key} must be one of ${allowed.join(', ')}, got ${shown(node)}`, node);
    return match;
  }

  list(key: string, accepts: (text: string) => boolean, words: string): string[] | undefined {
    const node = this.#node(key);
    if (node === undefined) return undefined;
    const values = isSeq(node) ? node.items.map((item) => (isScalar(item) ? item.value : undefined)) : [undefined];
    const texts = values.filter((value): value is string => typeof value === 'string' && accepts(value));
    if (texts.length === values.length) return texts;
    this.report(`${key} must be a list of ${words}, got ${shown(node)}`, node);
    return undefined;
  }

  pairs(key: string, pattern: RegExp, words: string): Record<string, string> | undefined {
    const node = this.#node(key);
    if (node === undefined) return undefined;
    const value: unknown = isMap(node) ? node.toJSON() : undefined;
    if (isTextMap(value) && Object.keys(value).every((name) => pattern.test(name))) return value;
    this.report(`${key} must be a map of ${words}, got ${shown(node)}`, node);
    return undefined;
  }

  nestedPairs(key: string): Record<string, Record<string, string>> {
    const node = this.#node(key);
    if (node === undefined) return {};
    const value: unknown = isMap(node) ? node.toJSON() : undefined;
    if (typeof value === 'object' && value !== null && Object.values(value).every(isTextMap)) {
      return value as Record<string, Record<string, string>>;
    }
    this.report(`${key} must be a map of labels, each a map of our value to the old one, got ${shown(node)}`, node);
    return {};
  }

  maps(key: string): Fields[] {
    const node = this.#node(key);
    if (node === undefined) {
      if (key === 'rules') this.report(`must have rules, a list`);
      return [];
    }
    if (!isSeq(node)) {
      this.report(`${key} must be a list, got ${shown(node)}`, node);
      return [];
    }
    return node.items.map((item, index) => new Fields(item, `${key}[${index}]`, this.#lineOf, this.problems));
  }

  /** Reports the keys that were not read. */
  finish(): void {
    for (const { key } of this.#map?.items ?? []) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!this.#read.has(name)) {
        this.report(`has an unknown key ${name}; known keys are ${[...this.#read].join(', ')}`, key as Node);
      }
    }
  }

  #node(key: string): Node | undefined {
    this.#read.add(key);
    return this.#map?.get(key, true);
  }
}

function isTextMap(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'string')
  );
}

function shown(node: Node): string {
  return JSON.stringify(node.toJSON())?.slice(0, 60) ?? 'nothing';
}
