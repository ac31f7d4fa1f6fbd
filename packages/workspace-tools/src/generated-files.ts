import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './processes/command.ts';
import { workspaceFolder } from './workspace.ts';

/**
 * Writes generated files that differ from what is there, and prints their paths. With `--check` it writes nothing, prints
 * what is stale, and makes this process exit with 1.
 *
 * @param files texts by their paths below the workspace
 */
export function writeGenerated(files: Readonly<Record<string, string>>): void {
  const isCheck = process.argv.includes('--check');
  for (const [path, text] of Object.entries(files)) {
    const file = join(workspaceFolder, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    console.log(`${isCheck ? 'stale' : 'written'}: ${path}`);
    if (isCheck) process.exitCode = 1;
    else writeFileSync(file, text);
  }
}

/** A text as the workspace's formatter writes a file of this path. */
export async function formatted(path: string, text: string): Promise<string> {
  const biome = join(workspaceFolder, 'node_modules/.bin/biome');
  return mustRun(biome, ['check', '--write', `--stdin-file-path=${path}`], { cwd: workspaceFolder, input: text });
}
