import { findNodeProblem } from '@trademeter/config';
// Import nothing that an old Node cannot load before its version is checked.
import { isLauncher } from './main-script.ts';
import { writeErrorLine } from './standard-stream.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * telemetry is what `node --import @trademeter/sdk/register` started. It is `undefined` if a setting is wrong, and in a
 * process that only starts the bot, such as npm or nodemon, which `NODE_OPTIONS` also reaches.
 */
export const telemetry: Telemetry | undefined = isLauncher() ? undefined : await startOrReport();

async function startOrReport(): Promise<Telemetry | undefined> {
  const nodeProblem = findNodeProblem();
  if (nodeProblem !== undefined) {
    writeErrorLine(`[trademeter/sdk] ${nodeProblem}. The bot runs without telemetry.`);
    return undefined;
  }
  try {
    const { startWith } = await import('./start-telemetry.ts');
    const { loadInstalledInstrumentations, views } = await import('./installed-instrumentations.ts');
    return await startWith({ views }, loadInstalledInstrumentations);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    writeErrorLine(`${message}\nThe bot runs without telemetry.`);
    return undefined;
  }
}
