import { expect, test } from 'vitest';
import { findMissingContractTests } from './contract-tests.ts';
import { writeWorkspace } from './written-workspace.ts';

const manifest = JSON.stringify({ name: '@trademeter/instrumentation-auctions' });

test('every instrumentation calls the contract suite', () => {
  expect(findMissingContractTests()).toEqual([]);
});

test('finds an instrumentation whose tests do not call the suite', () => {
  const folder = 'packages/instrumentation-auctions';
  const missing = [`${folder} has no test that calls testInstrumentation of @trademeter/testing/contract`];
  const findIn = (files: Readonly<Record<string, string>>) =>
    findMissingContractTests(writeWorkspace({ [`${folder}/package.json`]: manifest, ...files }));
  const imports = "import { testInstrumentation } from '@trademeter/testing/contract';\n";
  expect(findIn({})).toEqual(missing);
  expect(findIn({ [`${folder}/src/auctions.test.ts`]: imports })).toEqual(missing);
  expect(findIn({ [`${folder}/src/auctions.test.ts`]: '// testInstrumentation({}, {});' })).toEqual(missing);
  expect(findIn({ [`${folder}/src/auctions.ts`]: `${imports}testInstrumentation({}, {});` })).toEqual(missing);
  expect(findIn({ [`${folder}/src/contract.test.ts`]: `${imports}testInstrumentation({}, {});` })).toEqual([]);
  const renamed = "import { testInstrumentation as run } from '@trademeter/testing/contract';\nrun({}, {});";
  expect(findIn({ [`${folder}/src/contract.test.ts`]: renamed })).toEqual([]);
});
