import { expect, test } from 'vitest';
import { insert } from './shared-files.ts';

test('a text is inserted before what its place matches', () => {
  const source = 'const list = [orders, system];\n';
  const insertion = { path: 'list.js', before: /\bsystem\b/u, text: 'funding, ' };
  expect(insert(source, insertion)).toBe('const list = [orders, funding, system];\n');
});

test('a file without the place is named', () => {
  const insertion = { path: 'list.js', before: /\bsystem\b/u, text: 'funding, ' };
  expect(() => insert('const list = [];\n', insertion)).toThrow('list.js has nothing that matches /\\bsystem\\b/u');
});
