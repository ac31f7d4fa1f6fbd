import { beforeAll, expect, test } from 'vitest';
import { type Consumer, prepareConsumer } from '../../src/packed/consumer.ts';

let consumer: Consumer;

beforeAll(async () => {
  consumer = await prepareConsumer(import.meta.dirname);
});

const node22 = () => consumer.node('node-22');
const node24 = () => process.execPath;

// From Node 24.9 on, Jest requires ES modules.
test.each([
  { node: node22, version: 'Node 22', spec: 'esm.spec.js' },
  { node: node22, version: 'Node 22', spec: 'commonjs-import.spec.cjs' },
  { node: node24, version: 'Node 24', spec: 'esm.spec.js' },
  { node: node24, version: 'Node 24', spec: 'commonjs-import.spec.cjs' },
  { node: node24, version: 'Node 24', spec: 'commonjs-require.spec.cjs' },
])('Jest on $version with --experimental-vm-modules passes $spec', async ({ node, spec }) => {
  const args = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', spec];
  const { exitCode, stderr } = await consumer.run(node(), args);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('Tests:       1 passed, 1 total');
});
