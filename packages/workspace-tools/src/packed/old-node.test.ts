import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPublicPackages, workspaceFolder } from '../workspace.ts';
import { findOldNode } from './old-node.ts';

test.each([
  ['v20.20.2', 'warning: your bot needs Node.js 22.15 or later, but `node` on the PATH is 20.20.2'],
  ['v22.9.0', 'warning: your bot needs Node.js 22.15 or later, but `node` on the PATH is 22.9.0'],
  ['v22.15.0', undefined],
  ['v100.0.0', undefined],
  ['not a version', undefined],
])('with a node that says %s, the warning is %j', async (version, warning) => {
  const folder = await mkdtemp(join(tmpdir(), 'trademeter-node-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  const ofTheClone = join(workspaceFolder, 'node_modules/.bin');
  expect(await findOldNode(readPublicPackages(), [ofTheClone, folder].join(delimiter))).toBe(warning);
});

test('the Node that runs the scripts is new enough, and no node at all is no reason for a warning', async () => {
  expect(await findOldNode(readPublicPackages(), dirname(process.execPath))).toBeUndefined();
  expect(await findOldNode(readPublicPackages(), '/nonexistent')).toBeUndefined();
});
