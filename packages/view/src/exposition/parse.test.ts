import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExpositionError, type Labels, parseExposition } from './index.ts';

/** `name{label="value"} value` of every sample. */
function read(text: string, contentType?: string): string[] {
  const { families } = parseExposition(text, { contentType });
  return [...families.values()].flatMap(({ samples }) =>
    samples.map(({ name, labels, value, timestamp }) => {
      const list = Object.entries(labels).map(([label, each]) => `${label}=${JSON.stringify(each)}`);
      return `${name}{${list.join(',')}} ${value}${timestamp === undefined ? '' : ` @${timestamp}`}`;
    }),
  );
}

test('reads the parts of a histogram into one family', () => {
  const text = `# HELP fill_seconds Time\\nto fill.
# TYPE fill_seconds histogram
fill_seconds_bucket{le="0.1"} 1
fill_seconds_bucket{le="+Inf"} 2
fill_seconds_sum 0.3
fill_seconds_count 2
`;
  const family = parseExposition(text).families.get('fill_seconds');
  expect(family).toMatchObject({ type: 'histogram', help: 'Time\nto fill.' });
  expect(family?.samples.map(({ name }) => name)).toEqual([
    'fill_seconds_bucket',
    'fill_seconds_bucket',
    'fill_seconds_sum',
    'fill_seconds_count',
  ]);
});

test.each([
  ['a 1\n', ['a{} 1']],
  ['a 1', ['a{} 1']],
  ['a{} 1 1700000000123\n', ['a{} 1 @1700000000.123']],
  ['a { b = "c" , } 1e+06\n', []],
  ['a{ b = "c" , } 1e+06\n', ['a{b="c"} 1000000']],
  ['a{b="\\\\ \\" \\n }"} +Inf\n', ['a{b="\\\\ \\" \\n }"} Infinity']],
  ['a{b="",c="d"} -Inf\n', ['a{c="d"} -Infinity']],
  ['a{b="x} # {"} NaN\n', ['a{b="x} # {"} NaN']],
  ['{"my.metric","my.label"="x",b="y"} 3\n', ['my.metric{my.label="x",b="y"} 3']],
  ['# just a remark\n\n  \n', []],
  ['a\t1\n', ['a{} 1']],
  ['a{__proto__="x",constructor="y"} 1\n', ['a{__proto__="x",constructor="y"} 1']],
])('reads %j', (text, expected) => {
  if (expected.length === 0 && /^[a-z]|\n {2}/u.test(text)) expect(() => read(text)).toThrow(ExpositionError);
  else expect(read(text)).toEqual(expected);
});

const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

test('reads OpenMetrics with its units, exemplars and timestamps in seconds', () => {
  const text = `# TYPE fill_seconds histogram
# UNIT fill_seconds seconds
fill_seconds_bucket{le="+Inf"} 2 1700000000.5 # {trace_id="a # b"} 0.1 1700000000.25
fill_seconds_count 2
# TYPE placed counter
placed_total 7
placed_created 1.7e9
# EOF
`;
  const { format, families } = parseExposition(text, { contentType: openMetrics });
  expect(format).toBe('openmetrics');
  expect(families.get('fill_seconds')).toMatchObject({ unit: 'seconds' });
  expect(families.get('fill_seconds')?.samples[0]).toMatchObject({
    timestamp: 1_700_000_000.5,
    exemplar: { labels: { trace_id: 'a # b' }, value: 0.1, timestamp: 1_700_000_000.25 },
  });
  expect(families.get('placed')?.samples.map(({ name }) => name)).toEqual(['placed_total', 'placed_created']);
});

test.each([
  ['<!doctype html>\n', /line 1: .*/u],
  ['a 1\nb{c=d} 2\n', /line 2: labels that are not/u],
  ['a{b="c} 1\n', /quotation mark that is not closed/u],
  ['a{b="c" 1\n', /brace that is not closed/u],
  ['a{b="c",b="d"} 1\n', /the label b is there twice/u],
  ['a 0x10\n', /a value that is not a number, "0x10"/u],
  ['a 1_000\n', /not a number/u],
  ['a\n', /no value/u],
  ['a 1 2.5\n', /whole milliseconds/u],
  ['{b="c"} 1\n', /no metric name/u],
  ['# TYPE a guage\n', /a type that does not exist/u],
  ['1a 2\n', /not a metric name/u],
])('refuses %j', (text, problem) => {
  expect(() => parseExposition(text)).toThrow(problem);
});

test.each([
  ['a 1\n', /without # EOF/u],
  ['a 1\n# EOF\nb 2\n', /text after # EOF/u],
  ['a  1\n# EOF\n', /not a value/u],
  ['\n# EOF\n', /not a metric name|no value|no metric name/u],
  ['# TYPE a histogram\n# UNIT a seconds\n# EOF\n', /no suffix/u],
])('refuses the OpenMetrics text %j', (text, problem) => {
  expect(() => parseExposition(text, { contentType: openMetrics })).toThrow(problem);
});

test('is strict only on request', () => {
  for (const text of ['a 1\na 1\n', '# TYPE a gauge\n# TYPE a gauge\na 1\n', 'a 1', 'a  1\n']) {
    expect(() => parseExposition(text)).not.toThrow();
    expect(() => parseExposition(text, { strict: true })).toThrow(ExpositionError);
  }
});

test('keeps the label sets of the last scrape', () => {
  const labelCache = new Map<string, Labels>();
  const first = parseExposition('a{b="c"} 1\n', { labelCache }).families.get('a')?.samples[0];
  const second = parseExposition('a{b="c"} 2\n', { labelCache }).families.get('a')?.samples[0];
  expect(second?.labels).toBe(first?.labels);
});

test('reads any label value back unchanged', () => {
  const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), fc.double(), (value, number) => {
      const shown = Number.isFinite(number) ? String(number) : number > 0 ? '+Inf' : number < 0 ? '-Inf' : 'NaN';
      const { families } = parseExposition(`a{b="${escaped(value)}"} ${shown}\n`);
      const sample = families.get('a')?.samples[0];
      expect(sample?.labels).toEqual(Object.assign(Object.create(null) as object, { b: value }));
      expect(Object.is(sample?.value, number) || sample?.value === number).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('throws only its own error, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'a1{}"\\=,# \nT+.e_'.split('')) }),
      fc.boolean(),
      (text, isOpenMetrics) => {
        try {
          parseExposition(text, isOpenMetrics ? { contentType: openMetrics } : {});
        } catch (error) {
          if (!(error instanceof ExpositionError)) throw error;
        }
      },
    ),
  );
});

const golden = join(import.meta.dirname, '../../../exporter-prometheus/src/testdata');

test.each(readdirSync(golden).filter((file) => /\.(?:txt|prom|om)$/u.test(file)))(
  'reads the exporter’s golden file %s strictly',
  (file) => {
    const { families } = parseExposition(readFileSync(join(golden, file), 'utf8'), { strict: true });
    expect(families.size).toBeGreaterThan(0);
  },
);
