import {
  type NamedMetric,
  translateLabelName,
  translateMetricName,
  translationStrategies,
} from '@trademeter/prometheus-naming';
import { allMetrics } from '@trademeter/semantic-conventions';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askOtlptranslator, type TranslationQuestion } from '../servers/otlptranslator.ts';

test('metrics and attributes of the conventions have the names that the Collector and Prometheus give them', async () => {
  const keys = new Set(allMetrics.flatMap(({ attributes }) => Object.keys(attributes)));
  const questions = translationStrategies.flatMap((strategy) => [
    ...allMetrics.map((metric) => ({ metric, strategy })),
    ...[...keys].map((label) => ({ label, strategy })),
  ]);
  expect(questions.length).toBeGreaterThan(400);
  await expectAgreement(questions);
});

test('any name, unit and label is translated as the Collector and Prometheus translate it', async () => {
  await fc.assert(fc.asyncProperty(fc.array(anyQuestion(), { minLength: 1, maxLength: 400 }), expectAgreement), {
    numRuns: 300,
  });
});

// Go cuts one byte before a suffix: https://github.com/prometheus/otlptranslator, trimSuffixAndDelimiter.
test('a character of several bytes before a suffix is removed completely, of which the library leaves half', async () => {
  const metric = { name: 'a世total', unit: '', instrument: 'counter' } as const;
  const question = { metric, strategy: 'NoUTF8EscapingWithSuffixes' } as const;
  const [answer] = await askOtlptranslator([forOtlptranslator(question)]);
  expect(answer?.name).toBe('a\ufffd\ufffd_total');
  expect(translate(question)).toBe('a_total');
});

/** A name of one of our metrics or labels, for both sides. */
type Question =
  | { readonly metric: NamedMetric; readonly strategy: (typeof translationStrategies)[number] }
  | { readonly label: string; readonly strategy: (typeof translationStrategies)[number] };

async function expectAgreement(questions: readonly Question[]): Promise<void> {
  const answers = await askOtlptranslator(questions.map(forOtlptranslator));
  const names = questions.map((asked, index) => ({ asked, ours: translate(asked), theirs: answers[index]?.name }));
  // half a character is not a valid name
  const comparable = names.filter(({ asked, theirs }) => !isBroken(theirs) || isBroken(JSON.stringify(asked)));
  expect(comparable.map(({ asked, ours }) => ({ asked, name: ours }))).toEqual(
    comparable.map(({ asked, theirs }) => ({ asked, name: theirs })),
  );
}

/** Whether a text contains the replacement character for invalid UTF-8. */
function isBroken(text: string | undefined): boolean {
  return text?.includes('\ufffd') === true;
}

function translate(asked: Question): string | undefined {
  if ('label' in asked) return translateLabelName(asked.label, asked.strategy);
  return translateMetricName(asked.metric, asked.strategy);
}

function forOtlptranslator(asked: Question): TranslationQuestion {
  if ('label' in asked) return asked;
  const { name, unit, instrument } = asked.metric;
  const isSum = instrument === 'counter' || instrument === 'updowncounter';
  const type = isSum ? 'sum' : instrument;
  return { name, unit, type, monotonic: instrument === 'counter', strategy: asked.strategy };
}

function anyQuestion(): fc.Arbitrary<Question> {
  const strategy = fc.constantFrom(...translationStrategies);
  const instrument = fc.constantFrom('counter', 'updowncounter', 'gauge', 'histogram');
  const metric = fc.record({ name: anyName(), unit: anyUnit(), instrument });
  return fc.oneof(fc.record({ metric, strategy }), fc.record({ label: anyName(), strategy }));
}

/** Names that are likely to go wrong: of suffix words, separators, and anything else. */
function anyName(): fc.Arbitrary<string> {
  const words = [
    'total',
    'ratio',
    'seconds',
    'bytes',
    'per',
    'second',
    'per_second',
    'percent',
    'order',
    '1',
    '9a',
    'A',
  ];
  const separators = ['.', '_', '__', '-', ':', ' ', 'é', '世', '\u{1f600}', '\u0000', '/', '"'];
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 4, arbitrary: fc.constantFrom(...separators) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii' }) },
  );
}

function anyUnit(): fc.Arbitrary<string> {
  const known = [
    '',
    '1',
    '%',
    's',
    'ms',
    'min',
    'd',
    'By',
    'KiBy',
    'TiBy',
    'm',
    'Cel',
    'w',
    'mo',
    'y',
    '{order}',
    'order',
  ];
  const one = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.constantFrom(' s ', '_', '__', '{', '}', 'a{b}', '\u0085s', '\ufeffs', '\u00a0', 'é') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  );
  return fc.oneof(
    one,
    fc.tuple(one, one).map(([main, per]) => `${main}/${per}`),
    fc.array(one).map((all) => all.join('/')),
  );
}
