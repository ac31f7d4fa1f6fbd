import { readModelFiles, resolveModel } from './model.ts';
import { renderSources } from './sources.ts';
import { formatSource } from './format.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
const root = join(import.meta.dirname, '../../..');
const model = resolveModel(readModelFiles(join(import.meta.dirname, '../model')));
for (const [p, text] of Object.entries(renderSources(model))) {
  const path = `packages/semantic-conventions/src/${p}`;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), formatSource(path, text, root));
}
console.log(model.metrics.length);
