import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workspaceFolder } from '../workspace.ts';

/** The folder of servers, their logs and their data: `TRADEMETER_CACHE`, or a folder in node_modules. */
export const cacheFolder: string =
  process.env['TRADEMETER_CACHE'] ?? join(workspaceFolder, 'node_modules/.cache/trademeter');

/**
 * Returns the cached folder `name`, which `make` fills on first use. It appears complete or not at all, so that two
 * runs at the same time, or an interrupted one, leave nothing incomplete.
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
