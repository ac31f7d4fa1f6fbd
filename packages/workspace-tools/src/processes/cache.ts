import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workspaceFolder } from '../workspace.ts';

/** Where servers, their logs and their data are kept: `TRADEMETER_CACHE`, or a folder in node_modules. */
export const cacheFolder: string =
  process.env['TRADEMETER_CACHE'] ?? join(workspaceFolder, 'node_modules/.cache/trademeter');

/**
 * The cached folder `name`, made by `make` on first use. It appears whole or not at all, so that two runs
 * at the same time, or one that was interrupted, leave nothing half made.
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${randomUUID().slice(0, 8)}.unfinished`;
  await mkdir(unfinished, { recursive: true });
  try {
    await make(unfinished);
    await mkdir(dirname(folder), { recursive: true });
    await rename(unfinished, folder).catch((error: unknown) => {
      // Another run was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}
