// Writes json/ and src/list.ts from the panels. --check writes nothing, lists what is stale and exits with 1.
// --grafana-schemas <folder> (or GRAFANA_SCHEMAS) also validates the dashboards against Grafana's JSON schemas.

import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { boards, panels } from '@trademeter/view/panels';
import { panelProblems } from './panel-problems.ts';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, 'grafana-schemas': { type: 'string' } },
});
const packageFolder = join(import.meta.dirname, '..');

const wrongNames = panelProblems(panels, boards);
if (wrongNames.length > 0) {
  console.error(wrongNames.join('\n'));
  process.exit(1);
}
// importing them makes the dashboards
const { generatedFiles } = await import('./files.ts');
const { schemaProblems } = await import('./schemas.ts');
const files = generatedFiles();
const changed = Object.entries(files).filter(([path, text]) => {
  const file = join(packageFolder, path);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
const leftOver = globSync('json/**/*.json', { cwd: packageFolder }).filter((path) => files[path] === undefined);
const stale = [...changed.map(([path]) => path), ...leftOver].map((path) => `packages/dashboards/${path}`).toSorted();

const schemas = options['grafana-schemas'] ?? process.env['GRAFANA_SCHEMAS'];
const problems = schemas === undefined ? [] : schemaProblems(schemas);
if (problems.length > 0) {
  console.error(`Grafana's schemas refuse:\n${problems.join('\n')}`);
  process.exitCode = 1;
}

if (!options.check) {
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(packageFolder, path)), { recursive: true });
    writeFileSync(join(packageFolder, path), text);
  }
  for (const path of leftOver) rmSync(join(packageFolder, path));
  console.log(stale.length === 0 ? 'the dashboards are up to date' : `written:\n${stale.join('\n')}`);
} else if (stale.length > 0) {
  console.error(`stale, run \`pnpm generate\`:\n${stale.join('\n')}`);
  process.exitCode = 1;
} else {
  console.log(`${Object.keys(files).length} files of dashboards are up to date`);
}
