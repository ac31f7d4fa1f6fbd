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

test('finds what was added and not deleted, in any order of attributes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const table = new CellTable();
      const values = new AttributeValues();
      // Two that share value numbers.
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

// Few enough that attributes read before and after often form another series.
const fewAttributes = fc.record({ a: fc.nat(1), b: fc.nat(1), c: fc.nat(1) }, { requiredKeys: [] });
const during = fc.record({ set: fewAttributes, isSearch: fc.boolean() });

test('finds the right series or none while reading an attribute finds, adds and deletes others', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          set: fewAttributes,
          read: fc.constantFrom('a', 'b', 'c'),
          meanwhile: fc.array(during, { maxLength: 3 }),
        }),
        { maxLength: 200, size: 'max' },
      ),
      (steps) => {
        const table = new CellTable();
        const index = new SeriesIndex(new AttributeValues());
        const known = new Map<string, Series>();
        const toggle = (set: Attributes) => {
          const key = canonicalKey(set);
          const series = known.get(key);
          if (series === undefined) {
            const added = new Series(set, table.allocate(1), 0);
            known.set(key, added);
            index.add(added, entriesOf(set));
          } else {
            known.delete(key);
            index.delete(series, entriesOf(set));
          }
        };
        for (const { set, read, meanwhile } of steps) {
          const given: Attributes = { ...set };
          if (read in given) {
            const get = () => {
              for (const { set: other, isSearch } of meanwhile) {
                if (isSearch) index.find({ ...other });
                else toggle(other);
              }
              return set[read];
            };
            Object.defineProperty(given, read, { enumerable: true, get });
          }
          const found = index.find(given);
          expect([undefined, known.get(canonicalKey(set))]).toContain(found);
          expect(index.find({ ...set }) ?? index.findEntries(entriesOf(set))).toBe(known.get(canonicalKey(set)));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('finds none if reading an attribute reassigns the number of an earlier one', () => {
  const table = new CellTable();
  const index = new SeriesIndex(new AttributeValues());
  const add = (set: Attributes): Series => {
    const series = new Series(set, table.allocate(1), 0);
    index.add(series, entriesOf(set));
    return series;
  };
  const ended = { a: 1, b: 1 };
  const series = add(ended);
  add({ b: 1 });
  expect(index.find(ended)).toBe(series);
  const given = {
    a: 1,
    get b() {
      index.delete(series, entriesOf(ended));
      add({ c: 1, b: 1 });
      return 1;
    },
  };
  expect(index.find(given)).toBeUndefined();
});

test('finds series with more value numbers than 16 bits hold', () => {
  const table = new CellTable();
  const index = new SeriesIndex(new AttributeValues());
  const added = Array.from({ length: 70_000 }, (_, id) => {
    const set = { id, kind: 'x' };
    const series = new Series(set, table.allocate(1), 0);
    index.add(series, entriesOf(set));
    return series;
  });
  index.findEntries([]);
  expect(added.filter((series, id) => index.find({ kind: 'x', id }) !== series)).toEqual([]);
  for (const { attributes: set } of added) index.delete(added[set['id'] as number] as Series, entriesOf(set));
  expect(index.find({ id: 69_999, kind: 'x' })).toBeUndefined();
  expect(index.size).toBe(0);
});

test('forgets values that no series has any more', () => {
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
