import { expect, test } from 'vitest';
import { importsIn } from './imports.ts';

test.each([
  ["import a from 'a';", ['a']],
  ["import type { A } from 'a';", ['a']],
  ["import 'a/b.ts';", ['a/b.ts']],
  ["export { a } from 'a';", ['a']],
  ["export * from 'a';", ['a']],
  ["const a = await import('a');", ['a']],
  ['const a = await import(`a`);', ['a']],
  ["type A = import('a').A;", ['a']],
  ["import a = require('a');", ['a']],
  ["const a = require('a');", ['a']],
  ["import.meta.resolve('a');", ['a']],
  ["/* import 'a'; */ const text = \"import 'b';\";", []],
  ['const a = await import(name);', []],
])('finds what %s names', (source, expected) => {
  expect(importsIn('example.ts', source).map(({ specifier }) => specifier)).toEqual(expected);
});

test('says on which line', () => {
  expect(importsIn('example.ts', "\n\nimport a from 'a';\n")).toEqual([{ specifier: 'a', line: 3 }]);
});

test('refuses what does not parse', () => {
  expect(() => importsIn('example.ts', 'import {')).toThrow(/^example\.ts does not parse/u);
});
