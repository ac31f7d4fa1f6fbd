import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from './usage-error.ts';

/** A file to write, with its path in the folder. */
export interface WrittenFile {
  readonly path: string;
  readonly text: string;
  readonly isExecutable?: boolean;
}

/** Writes files to a folder, which it creates, and prints their paths. */
export function writeFiles(folder: string, files: readonly WrittenFile[]): void {
  for (const { path, text, isExecutable = false } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (isExecutable) chmodSync(file, 0o755);
    process.stdout.write(`${file}\n`);
  }
}

/** @throws {UsageError} when the folder contains files */
export function mustBeEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UsageError(`${folder} is not empty: choose another folder, or overwrite it with --force`);
  }
}
