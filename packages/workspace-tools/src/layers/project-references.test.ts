import { expect, test } from 'vitest';
import { withReferences } from './project-references.ts';

const shortNames = new Map([
  ['@trademeter/config', 'config'],
  ['@trademeter/sdk', 'sdk'],
]);

const references = (tsconfig: string, dependencies: Readonly<Record<string, string>>) =>
  JSON.parse(withReferences(tsconfig, { name: '@trademeter/view', dependencies }, shortNames)) as object;

test('dependencies in the workspace are built first', () => {
  const dependencies = { '@trademeter/config': '^1.0.0', yaml: '^2.0.0' };
  const expected = { include: ['src'], references: [{ path: '../config' }] };
  expect(references('{ "include": ["src"] }', dependencies)).toEqual(expected);
  expect(references('{ "include": ["src"], "references": [{ "path": "../sdk" }] }', dependencies)).toEqual(expected);
});

test('a package without such dependencies has no references', () => {
  expect(references('{ "include": ["src"], "references": [{ "path": "../sdk" }] }\n', {})).toEqual({
    include: ['src'],
  });
});
