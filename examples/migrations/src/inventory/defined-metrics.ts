import { selectorsOf } from '@trademeter/cli/migrate';
import { fencedBlocks, inlineCode, type Line, tableCells } from './document.ts';
import type { DefinedMetric, MetricType, PrintedExpression } from './inventory.ts';

interface Mention {
  readonly written: string;
  readonly line: number;
  readonly type?: MetricType | undefined;
  /** The words beside the name, from which a type may be concluded. */
  readonly words?: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

const metricName = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/u;

/**
 * Every metric that a document defines: in lists, in tables, as a Python constructor (its f-string expanded), and those
 * that nothing but an example's call names. What only an exposition sample, an example or an expression says of a
 * metric's labels is added to them.
 */
export function definedMetrics(lines: readonly Line[], expressions: readonly PrintedExpression[]): DefinedMetric[] {
  const defining = [...listed(lines), ...tabled(lines), ...constructed(lines)];
  const uses = [...called(lines), ...exposed(lines)];
  const selected = expressions.flatMap(({ expression, line }) =>
    selectorsOf(expression).map(({ series, labels }): Mention => ({ written: series, line, labels })),
  );
  const metrics = new Map<string, DefinedMetric>();
  for (const mention of defining) {
    if (!metrics.has(mention.written)) metrics.set(mention.written, toMetric(mention, selected));
  }
  for (const use of uses) {
    if (!metrics.has(use.written) && use.type !== undefined) metrics.set(use.written, toMetric(use, selected));
  }
  return [...metrics].map(([written, metric]) => {
    const more = [...uses, ...selected]
      .filter((use) => use.written === written || use.written === metric.name)
      .flatMap((use) => use.labels);
    return { ...metric, labels: [...new Set([...metric.labels, ...more])] };
  });
}

function toMetric(mention: Mention, selected: readonly Mention[]): DefinedMetric {
  const type = mention.type ?? concludedType(mention, selected);
  const name = type === 'counter' && !mention.written.endsWith('_total') ? `${mention.written}_total` : mention.written;
  return {
    name,
    ...(name === mention.written ? {} : { written: mention.written }),
    type,
    ...(mention.type === undefined ? { typeStated: false as const } : {}),
    labels: mention.labels,
    ...(mention.buckets === undefined ? {} : { buckets: mention.buckets }),
    line: mention.line,
  };
}

function concludedType({ written, words = '' }: Mention, selected: readonly Mention[]): MetricType {
  const isSelected = (name: string) => selected.some((use) => use.written === name);
  if (written.endsWith('_total') || isSelected(`${written}_total`)) return 'counter';
  if (/histogram|\btimes\b/iu.test(words) || isSelected(`${written}_bucket`)) return 'histogram';
  return 'gauge';
}

/** `- name{labels} (Type): words`, with the name in backticks. */
function listed(lines: readonly Line[]): Mention[] {
  return lines.flatMap((line) => {
    if (line.fence !== undefined) return [];
    const item = /^\s*[-*]\s+`([a-z0-9_]+)(?:\{([^}]*)\})?`\s*(?:\((\w+)\))?\s*(?::|-)\s+(.*)$/u.exec(line.text);
    const [, written = '', braces, type, words = ''] = item ?? [];
    if (!metricName.test(written)) return [];
    return {
      written,
      line: line.number,
      type: metricType(type) ?? metricType(line.headings.at(-1)),
      words,
      labels: braces === undefined ? labelsIn(words) : names(braces),
    };
  });
}

/** Rows of tables whose first column is headed Metric. */
function tabled(lines: readonly Line[]): Mention[] {
  const mentions: Mention[] = [];
  let columns: string[] | undefined;
  for (const line of lines) {
    const cells = tableCells(line);
    if (cells === undefined) columns = undefined;
    else if (columns === undefined) columns = cells.map((cell) => cell.toLowerCase());
    else if (columns[0] === 'metric') {
      const written = inlineCode(cells[0] ?? '')[0] ?? '';
      const words = cells[columns.indexOf('description')] ?? '';
      if (metricName.test(written)) {
        const type = metricType(cells[columns.indexOf('type')]);
        mentions.push({ written, line: line.number, type, words, labels: labelsIn(words) });
      }
    }
  }
  return mentions;
}

/** `Counter(f'{PREFIX}_name', 'words', ['label'], buckets=[…])`. */
function constructed(lines: readonly Line[]): Mention[] {
  return fencedBlocks(lines, 'python').flatMap((block) => {
    const code = block.lines.map(({ text }) => text.replace(/#.*$/u, '')).join('\n');
    const constants = new Map(
      [...code.matchAll(/^([A-Z_]+)\s*=\s*["'](\w+)["']/gmu)].map(([, name = '', value = '']) => [name, value]),
    );
    return [...code.matchAll(/\b(Counter|Gauge|Histogram|Summary)\(\s*(f?)(["'])([^"']+)\3([^)]*)\)/gu)].map(
      ({ index, 1: type, 2: format, 4: template = '', 5: rest = '' }) => {
        const labels = /,\s*\[([^\]]*)\]/u.exec(rest.replace(/buckets\s*=\s*\[[^\]]*\]/u, ''));
        const buckets = /buckets\s*=\s*\[([^\]]*)\]/u.exec(rest);
        const nameOffset = code.slice(0, index + template.length).split('\n').length;
        return {
          written:
            format === 'f' ? template.replace(/\{(\w+)\}/gu, (_, name: string) => constants.get(name) ?? '') : template,
          line: lineOf(block.lines, template, nameOffset - 1),
          type: metricType(type),
          labels: names(labels?.[1] ?? ''),
          ...(buckets === null ? {} : { buckets: names(buckets[1] ?? '').map(Number) }),
        };
      },
    );
  });
}

function lineOf(lines: readonly Line[], text: string, from: number): number {
  return (lines.slice(Math.max(0, from - 1)).find((line) => line.text.includes(text)) ?? lines[0])?.number ?? 0;
}

/** `f('name_total', labels=['a'])`, `get_metric('name')` and what `.labels(…)` is called with, in Python examples. */
function called(lines: readonly Line[]): Mention[] {
  return fencedBlocks(lines, 'python').flatMap((block) => {
    const code = block.lines.map(({ text }) => text).join('\n');
    const at = (index: number) => block.lines[code.slice(0, index).split('\n').length - 1]?.number ?? 0;
    const byName = [...code.matchAll(/(\w+)\(\s*(["'])([a-z0-9_]+)\2(?:,\s*labels\s*=\s*([[{][^\]}]*)[\]}])?/gu)].map(
      ({ index, 1: callee = '', 3: written = '', 4: labels = '' }): Mention => ({
        written,
        line: at(index),
        type: usedType(written, callee),
        labels: [...labels.matchAll(labels.startsWith('{') ? /["'](\w+)["']\s*:/gu : /["'](\w+)["']/gu)].map(
          ([, label]) => label ?? '',
        ),
      }),
    );
    const variables = new Map(
      [...code.matchAll(/^\s*(\w+)\s*=\s*get_metric\(\s*["'](\w+)["']/gmu)].map(([, name = '', metric = '']) => [
        name,
        metric,
      ]),
    );
    const byLabels = [...code.matchAll(/(\w+)\.labels\(([^)]*)\)/gu)].map(
      ({ index, 1: name = '', 2: keywords = '' }): Mention => ({
        written: variables.get(name) ?? name.toLowerCase(),
        line: at(index),
        labels: [...keywords.matchAll(/(\w+)\s*=/gu)].map(([, label]) => label ?? ''),
      }),
    );
    return [...byName, ...byLabels].filter(({ written }) => metricName.test(written));
  });
}

function usedType(written: string, callee: string): MetricType | undefined {
  if (/duration/u.test(callee) && /_(?:seconds|ms)$/u.test(written)) return 'histogram';
  return written.endsWith('_total') ? 'counter' : undefined;
}

/** Samples in the exposition format: `name{label="value"} 1`. */
function exposed(lines: readonly Line[]): Mention[] {
  return lines.flatMap((line) => {
    if (line.fence === undefined) return [];
    const sample = /^(?:# )?([a-z_0-9]+)(?:\{([^}]*)\})? [0-9][0-9.e+]*$/u.exec(line.text.trim());
    if (sample === null || !metricName.test(sample[1] ?? '')) return [];
    const labels = [...(sample[2] ?? '').matchAll(/(\w+)=/gu)].map(([, label]) => label ?? '');
    return { written: sample[1] ?? '', line: line.number, labels };
  });
}

function metricType(word: string | undefined): MetricType | undefined {
  const type = word?.toLowerCase().replace(/s$/u, '');
  return type === 'counter' || type === 'gauge' || type === 'histogram' ? type : undefined;
}

/** Labels that the words beside a name list: `(labels: a, b)`, `(label: a = X, Y)`, `… by a, b`. */
function labelsIn(words: string): string[] {
  const parenthesized = /\(labels?:\s*([^)=]*)/u.exec(words);
  if (parenthesized !== null) return names(parenthesized[1] ?? '');
  return names(/\bby ([a-z_]+(?:, [a-z_]+)*)/u.exec(words)?.[1] ?? '');
}

function names(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.replace(/[`'"\s]/gu, ''))
    .filter((name) => name !== '');
}
