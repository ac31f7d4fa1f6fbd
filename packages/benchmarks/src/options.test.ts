import { expect, test } from 'vitest';
import { partNames, readOptions } from './options.ts';

test('measures everything once by default', () => {
  expect(readOptions([])).toEqual({ parts: [...partNames], repeat: 1, json: false, write: false, help: false });
});

test('measures only the named parts', () => {
  expect(readOptions(['--only', 'start,record', '--repeat', '3'])).toMatchObject({
    parts: ['start', 'record'],
    repeat: 3,
  });
});

test.each([
  [['--only', 'scrapes'], '--only must be a list of record, scrape, '],
  [['--only', ''], '--only must be a list of record, scrape, '],
  [['--repeat', '0'], '--repeat must be a whole number from 1 up, got "0"'],
  [['--repeat', 'many'], '--repeat must be a whole number from 1 up, got "many"'],
  [['--write', '--only', 'start'], '--write needs all parts, so --only must be absent, got "start"'],
  [['--part', 'start'], "Unknown option '--part'"],
])('reports what is wrong with %j', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
