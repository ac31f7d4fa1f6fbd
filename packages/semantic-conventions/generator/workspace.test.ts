import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readModelFiles } from './model.ts';
import { weaverProblems } from './weaver.ts';
import { checkedModel, generatedFiles, staleFiles, writeFiles } from './workspace.ts';

const root = join(import.meta.dirname, '../../..');
const model = checkedModel(root);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trademeter-generator-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('the generated files', () => {
  test('are committed', () => {
    expect(staleFiles(root, generatedFiles(root, model))).toEqual([]);
  });

  test('are stale if they are missing, changed or left over', () => {
    const files = { 'docs/semantic-conventions/a.md': 'a\n', 'packages/semantic-conventions/src/b.ts': 'b\n' };
    expect(staleFiles(directory, files).map(({ path }) => path)).toEqual(Object.keys(files));

    writeFiles(directory, staleFiles(directory, files));
    expect(staleFiles(directory, files)).toEqual([]);

    writeFileSync(join(directory, 'docs/semantic-conventions/a.md'), 'edited by hand\n');
    writeFileSync(join(directory, 'docs/semantic-conventions/removed.md'), '');
    const stale = staleFiles(directory, files);
    expect(stale).toEqual([
      { path: 'docs/semantic-conventions/a.md', text: 'a\n' },
      { path: 'docs/semantic-conventions/removed.md' },
    ]);

    writeFiles(directory, stale);
    expect(staleFiles(directory, files)).toEqual([]);
  });
});

describe('a copy of Weaver’s schema', () => {
  test('is checked against the files of definitions', () => {
    const path = join(directory, 'schema.json');
    writeFileSync(path, JSON.stringify({ type: 'object', properties: { metrics: { type: 'array', maxItems: 25 } } }));
    expect(weaverProblems(readModelFiles(join(import.meta.dirname, '../model')), path)).toEqual([
      'portfolio.yaml: /metrics must NOT have more than 25 items',
    ]);
  });
});

describe('the version', () => {
  test('of the registry is that of the package', () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
    expect(model.version).toBe(version);
  });
});
