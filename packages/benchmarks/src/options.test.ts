import { expect, test } from 'vitest';
import { readOptions } from './options.ts';
import { scrapedNames } from './peer-names.ts';

test('measures all peers at three sizes when nothing is said', () => {
  const { lines, peers } = readOptions([]);
  expect({ lines, peers }).toEqual({ lines: [3_300, 33_000, 165_000], peers: [...scrapedNames] });
});

test('takes sizes and peers in the order in which they are named', () => {
  const { lines, peers } = readOptions(['--lines', '66,33', '--peers', 'prom-client,trademeter']);
  expect({ lines, peers }).toEqual({ lines: [66, 33], peers: ['prom-client', 'trademeter'] });
});

test.each([
  [['--lines', '1000'], '--lines must have whole numbers, multiples of 33, got "1000"'],
  [['--lines', '33,many'], '--lines must have whole numbers, multiples of 33, got "many"'],
  [['--rounds', '0'], '--rounds must have whole numbers, got "0"'],
  [['--peers', 'promclient'], '--peers must be a list of trademeter, opentelemetry, '],
  [['--line', '33'], "Unknown option '--line'"],
])('says what is wrong with %j', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
