import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { progress } from '../processes/progress.ts';
import { packPublicPackages } from './packed-packages.ts';
import { PackedRegistry } from './packed-registry.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder for the consumers' projects: outside of the workspace, so that nothing of it is found. */
    consumersFolder: string;
    /** The registry with the packed packages. */
    packedRegistry: string;
  }
}

/** Packs the public packages and serves them to the consumers' `npm install`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'trademeter-consumers-'));
  const registry = await PackedRegistry.start(await packPublicPackages(folder));
  progress(`packed packages: ${registry.url}`);
  project.provide('consumersFolder', folder);
  project.provide('packedRegistry', registry.url);
  return async () => {
    await registry[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
}
