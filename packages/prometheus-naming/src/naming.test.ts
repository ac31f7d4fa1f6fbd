import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EscapingScheme, escapeMetricName } from './escaping.ts';
import {
  type NamedMetric,
  type TranslationStrategy,
  translateLabelName,
  translateMetricName,
  translateUnit,
  translationStrategies,
} from './naming.ts';
import golden from './testdata/go-names.json' with { type: 'json' };

type Instrument = NamedMetric['instrument'];

const strategies = fc.constantFrom(...translationStrategies);
const escaping = fc.constantFrom(
  'UnderscoreEscapingWithSuffixes' as const,
  'UnderscoreEscapingWithoutSuffixes' as const,
);
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const units = fc.constantFrom('', '1', 's', 'By', 'By/s', '{order}');
const instruments = fc.constantFrom<Instrument>('counter', 'updowncounter', 'gauge', 'histogram');
const anyMetric = fc.record({ name: anyText, unit: fc.oneof(anyText, units), instrument: instruments });

describe("names from Go's libraries", () => {
  test('agree on metrics', () => {
    for (const [name, unit, instrument, strategy, namespace, expected] of golden.metrics) {
      const metric = { name, unit, instrument } as NamedMetric;
      expect(
        translateMetricName(metric, strategy as TranslationStrategy, namespace as string) ?? null,
        String([name, unit, instrument, strategy]),
      ).toBe(expected);
    }
  });

  test('agree on labels', () => {
    for (const [key, strategy, expected] of golden.labels) {
      expect(translateLabelName(key as string, strategy as TranslationStrategy) ?? null, `${key} ${strategy}`).toBe(
        expected,
      );
    }
  });

  test('agree on units', () => {
    for (const [unit, strategy, expected] of golden.units) {
      expect(translateUnit(unit as string, strategy as TranslationStrategy), `${unit} ${strategy}`).toBe(expected);
    }
  });
});

describe('escaping schemes', () => {
  test('agree with Go', () => {
    for (const [name, scheme, expected] of golden.escaped) {
      expect(escapeMetricName(name as string, scheme as EscapingScheme), `${name} ${scheme}`).toBe(expected);
    }
  });
});

describe('translateMetricName', () => {
  test.each([
    ['trading.order.placed', '{order}', 'counter', 'trading_order_placed_total'],
    ['trading.order.fill.duration', 's', 'histogram', 'trading_order_fill_duration_seconds'],
    ['trading.cache.hit_ratio', '1', 'gauge', 'trading_cache_hit_ratio'],
    ['trading.portfolio.exposure.gross', '1', 'gauge', 'trading_portfolio_exposure_gross_ratio'],
    ['trading.breaker.status', '{breaker}', 'updowncounter', 'trading_breaker_status'],
    ['trading.order.fill_ratio', '1', 'histogram', 'trading_order_fill_ratio'],
    ['trading.order.fee', '{currency}', 'counter', 'trading_order_fee_total'],
  ] as const)('%s in %s, a %s, is %s by default', (name, unit, instrument, expected) => {
    expect(translateMetricName({ name, unit, instrument })).toBe(expected);
  });

  test('returns a name that every Prometheus reads, or undefined', () => {
    fc.assert(
      fc.property(anyMetric, escaping, (metric, strategy) => {
        const name = translateMetricName(metric, strategy);
        expect(name ?? 'none').toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
      }),
    );
  });

  test('does not change a translated name', () => {
    const metrics = fc.record({ name: anyText, unit: units, instrument: instruments });
    fc.assert(
      fc.property(metrics, strategies, (metric, strategy) => {
        const name = translateMetricName(metric, strategy);
        fc.pre(name !== undefined && strategy !== 'NoUTF8EscapingWithSuffixes');
        const again = translateMetricName({ ...metric, name, unit: '' }, strategy);
        expect(again).toBe(name);
      }),
    );
  });

  test('keeps every name under NoTranslation', () => {
    fc.assert(
      fc.property(anyMetric, (metric) => {
        expect(translateMetricName(metric, 'NoTranslation')).toBe(metric.name === '' ? undefined : metric.name);
      }),
    );
  });
});

describe('translateLabelName', () => {
  test('returns a name that every Prometheus reads, or undefined', () => {
    fc.assert(
      fc.property(anyText, escaping, (key, strategy) => {
        const name = translateLabelName(key, strategy);
        expect(name ?? 'none').toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
      }),
    );
  });

  test('does not change a translated name', () => {
    fc.assert(
      fc.property(anyText, strategies, (key, strategy) => {
        const name = translateLabelName(key, strategy);
        fc.pre(name !== undefined);
        expect(translateLabelName(name, strategy)).toBe(name);
      }),
    );
  });
});
