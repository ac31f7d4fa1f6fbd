import { startTelemetry } from './start-telemetry.ts';
import type { Telemetry } from './telemetry.ts';

/** What `node --import @trademeter/sdk/register` has started; `undefined` when a setting is wrong. */
export const telemetry: Telemetry | undefined = await startOrTell();

async function startOrTell(): Promise<Telemetry | undefined> {
  try {
    return await startTelemetry();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nThe bot runs without telemetry.`);
    return undefined;
  }
}
