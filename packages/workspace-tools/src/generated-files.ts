import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './processes/command.ts';
import { workspaceFolder } from './workspace.ts';

/** The sources of generated files are invalid. The message says what to change. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/**
 * Writes generated files that differ from what is there, and prints their paths. With `--check` it writes nothing and
 * prints what is stale. This process exits with 1 if something is stale, or cannot be made (`SourceError`).
 *
 * @param make returns texts by their paths below the workspace
 */
export async function writeGenerated(
  make: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
): Promise<void> {
  const isCheck = process.argv.includes('--check');
  let files: Readonly<Record<string, string>>;
  try {
    files = await make();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return;
  }
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
