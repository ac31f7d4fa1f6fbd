import { delimiter } from 'node:path';
import { versionOf } from '../processes/command.ts';
import { type WorkspacePackage, workspaceFolder } from '../workspace.ts';

/**
 * Returns a warning if the `node` on the user's PATH is older than the packages allow. pnpm puts this clone's own Node
 * first on the PATH of its scripts.
 */
export async function findOldNode(
  packages: readonly Pick<WorkspacePackage, 'manifest'>[],
  path: string = process.env['PATH'] ?? '',
): Promise<string | undefined> {
  const folders = path.split(delimiter).filter((folder) => !folder.startsWith(workspaceFolder));
  const found = await versionOf('node', ['--version'], { env: { PATH: folders.join(delimiter) } });
  const version = /^v(\d+\.\d+\.\d+)/u.exec(found ?? '')?.[1];
  const oldest = packages.map(({ manifest }) => /^>=([\d.]+)$/u.exec(manifest.engines?.['node'] ?? '')?.[1] ?? '');
  const needed = oldest.toSorted(compareVersions).at(-1) ?? '';
  if (version === undefined || compareVersions(version, needed) >= 0) return undefined;
  return `warning: your bot needs Node.js ${needed} or later, but \`node\` on the PATH is ${version}`;
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
