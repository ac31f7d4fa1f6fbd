// `pnpm generate [--check]` runs all generators of the workspace.
import { spawnSync } from 'node:child_process';
import { workspaceFolder } from './workspace.ts';

const generators = [
  'packages/workspace-tools/src/version-files.ts',
  'packages/semantic-conventions/generator/generate.ts',
  // reads the order of the domains that the conventions' generator writes
  'packages/workspace-tools/src/layers/bundle.ts',
  'packages/workspace-tools/src/layers/project-references.ts',
  'packages/dashboards/generator/generate.ts',
  'packages/alerts/generator/generate.ts',
  'packages/workspace-tools/src/documents/write-parts.ts',
];

const isCheck = process.argv.includes('--check');
for (const generator of generators) {
  const { status } = spawnSync(
    process.execPath,
    ['--conditions=@trademeter/source', generator, ...process.argv.slice(2)],
    { cwd: workspaceFolder, stdio: 'inherit' },
  );
  if (status === 0) continue;
  process.exitCode = 1;
  // what the others would write depends on it; a check lists everything that is stale
  if (!isCheck) break;
}
