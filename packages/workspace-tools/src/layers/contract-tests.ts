import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPackages } from '../workspace.ts';
import { callsTo } from './imports.ts';

const suite = '@trademeter/testing/contract';
const register = 'testInstrumentation';

/** Returns a sentence for each instrumentation package whose tests do not call the contract suite. */
export function findMissingContractTests(workspace?: string): string[] {
  return readPackages('packages', workspace)
    .filter(({ shortName }) => shortName.startsWith('instrumentation-'))
    .filter(({ folder }) => {
      const tests = globSync('src/**/*.test.ts', { cwd: folder }).map((file) => join(folder, file));
      return !tests.some((file) => callsTo(file, readFileSync(file, 'utf8'), suite, register));
    })
    .map(({ shortName }) => `packages/${shortName} has no test that calls ${register} of ${suite}`);
}
