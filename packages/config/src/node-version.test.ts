import { expect, test } from 'vitest';
import { findNodeProblem, throwOnOldNode } from './index.ts';

test.each(['18.20.8', '20.20.2', '21.7.3', '22.0.0', '22.14.9'])('Node.js %s is too old', (version) => {
  const problem = `Node.js 22.15 or later is needed, but this is Node.js ${version}`;
  expect(findNodeProblem(version)).toBe(problem);
  expect(() => throwOnOldNode('sdk', version)).toThrow(
    expect.objectContaining({
      message: `[trademeter/sdk] ${problem}`,
      code: 'ERR_TRADEMETER_NODE_VERSION',
      value: version,
    }),
  );
});

test.each(['22.15.0', '22.23.3', '23.0.0', '24.21.0', '100.0.0', process.versions.node])(
  'Node.js %s is new enough',
  (version) => {
    expect(findNodeProblem(version)).toBeUndefined();
    expect(() => throwOnOldNode('sdk', version)).not.toThrow();
  },
);
