// Writes the files that are generated from model/: the sources, docs/semantic-conventions and the catalogue. --check
// writes nothing, lists outdated files and exits with 1. --weaver-schema <file> (or WEAVER_SCHEMA) also validates the
// model against a copy of Weaver's JSON schema.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ModelError } from './model.ts';
import { checkedModel, generatedFiles, staleFiles, writeFiles } from './workspace.ts';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, 'weaver-schema': { type: 'string' } },
});
const root = join(import.meta.dirname, '../../..');

try {
  const model = checkedModel(root, options['weaver-schema'] ?? process.env['WEAVER_SCHEMA']);
  const files = generatedFiles(root, model);
  const stale = staleFiles(root, files);
  if (!options.check) {
    writeFiles(root, stale);
    console.log(
      stale.length === 0 ? 'everything is up to date' : `written:\n${stale.map(({ path }) => path).join('\n')}`,
    );
  } else if (stale.length > 0) {
    console.error(`stale, run \`pnpm generate\`:\n${stale.map(({ path }) => path).join('\n')}`);
    process.exitCode = 1;
  } else {
    console.log(`the model is valid and ${Object.keys(files).length} generated files are up to date`);
  }
} catch (error) {
  if (!(error instanceof ModelError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
