import type { ServerResponse } from 'node:http';
import type { LoopTurns } from './loop-turns.ts';

// One call to the system for several parts; as much as it takes within a fraction of a slice.
const writtenTogether = 512 * 1024;

/**
 * Sends the body of an answer whose head is written, no faster than the reader takes it. Resolves when all of it is
 * handed over, or the connection is gone.
 *
 * @param timeoutMillis how long the reader may take before it is cut off
 */
export async function sendParts(
  response: ServerResponse,
  parts: readonly Uint8Array[],
  turns: LoopTurns,
  timeoutMillis: number,
): Promise<void> {
  const gone = Promise.withResolvers<void>();
  response.once('close', gone.resolve);
  const timeout = setTimeout(() => response.destroy(), timeoutMillis);
  timeout.unref();
  let together = 0;
  response.cork();
  for (const part of parts) {
    if (response.destroyed) break;
    response.write(part);
    together += part.length;
    if (together < writtenTogether) continue;
    together = 0;
    response.uncork();
    if (response.writableNeedDrain) await Promise.race([drained(response), gone.promise]);
    if (turns.isOver) await turns.next();
    response.cork();
  }
  response.end();
  await gone.promise;
  clearTimeout(timeout);
}

function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve);
  return promise;
}
