import { writeErrorLine } from './standard-stream.ts';
import { startTelemetry } from './start-telemetry.ts';
import type { Telemetry } from './telemetry.ts';

/** What `node --import @trademeter/sdk/register` has started; `undefined` when a setting is wrong. */
export const telemetry: Telemetry | undefined = await startOrTell();

async function startOrTell(): Promise<Telemetry | undefined> {
  try {
    return await startTelemetry();
  } catch (error) {
    writeErrorLine(`${error instanceof Error ? error.message : String(error)}\nThe bot runs without telemetry.`);
    return undefined;
  }
}
