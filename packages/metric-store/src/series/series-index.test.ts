import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CellTable } from '../cells/cell-table.ts';
import { AttributeValues, canonicalKey, entriesOf } from './attribute-values.ts';
import { Series } from './series.ts';
import { SeriesIndex } from './series-index.ts';

const attributes: fc.Arbitrary<Attributes> = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.oneof(fc.nat(6), fc.constantFrom('0', '1', true))), {
    maxLength: 5,
  })
  .map((pairs) => Object.fromEntries(pairs));

const step = fc.record({ attributes, isDeletion: fc.boolean(), index: fc.nat(1) });

test('finds what was added and not deleted, whatever the order of its attributes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const table = new CellTable();
      const values = new AttributeValues();
      // Two that share the numbers of their values.
      const indexes = [0, 1].map(() => ({ index: new SeriesIndex(values), known: new Map<string, Series>() }));
      for (const { attributes: set, isDeletion, index: which } of steps) {
        const { index, known } = indexes[which] as (typeof indexes)[number];
        const key = canonicalKey(set);
        const series = known.get(key);
        const reversed = Object.fromEntries(Object.entries(set).toReversed());
        const entries = entriesOf(set);
        expect(index.find(reversed) ?? index.findEntries(entries)).toBe(series);
        if (series === undefined && !isDeletion) {
          const added = new Series(set, table.allocate(1), 0);
          known.set(key, added);
          index.add(added, entries);
        } else if (series !== undefined && isDeletion) {
          known.delete(key);
          index.delete(series, entries);
        }
      }
      for (const { index, known } of indexes) {
        expect(index.size).toBe(known.size);
        for (const series of known.values()) {
          const copy = { ...series.attributes };
          expect([index.find(copy), index.find(copy)]).toContain(series);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('keeps nothing of values that no series has any more', () => {
  const table = new CellTable();
  const values = new AttributeValues();
  const index = new SeriesIndex(values);
  for (let id = 0; id < 10_000; id += 1) {
    const set = { [`key${id % 10}`]: `value${id}`, kind: 'x' };
    const series = new Series(set, table.allocate(1), 0);
    index.add(series, entriesOf(set));
    expect(index.find({ ...set }) ?? index.findEntries(entriesOf(set))).toBe(series);
    index.delete(series, entriesOf(set));
    table.release(series.chunk, series.index, 1);
  }
  expect(index.size).toBe(0);
  expect(values.idsOf('kind').size).toBe(0);
  expect(values.idsOf('key3').size).toBe(0);
  expect(table.chunks).toHaveLength(1);
});
