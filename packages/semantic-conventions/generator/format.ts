import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const biome = require.resolve('@biomejs/biome/bin/biome');

/**
 * Formats texts with the workspace's formatter, so that generated files need no exception from it.
 *
 * @param files texts by path, whose extension decides the format
 * @param root the folder of biome.json
 */
export function formatFiles(files: Readonly<Record<string, string>>, root: string): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'trademeter-format-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const { status, stderr } = spawnSync(
      process.execPath,
      [biome, 'check', '--write', `--config-path=${root}`, '--vcs-enabled=false', directory],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the generated files could not be formatted:\n${stderr}`);
    return Object.fromEntries(Object.keys(files).map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
