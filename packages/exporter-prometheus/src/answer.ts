import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** Limits of {@link sendParts}, in milliseconds. */
export interface SendLimits {
  /** How long the event loop may be kept before it gets a turn. */
  readonly sliceMillis: number;
  /** How long the reader may take for the whole answer. */
  readonly timeoutMillis: number;
}

/**
 * Sends the body of an answer whose head is written, no faster than the reader takes it. Resolves when all of it is
 * handed over, or the connection is gone: a reader that is too slow is cut off.
 */
export async function sendParts(
  response: ServerResponse,
  parts: readonly Uint8Array[],
  { sliceMillis, timeoutMillis }: SendLimits,
): Promise<void> {
  const gone = Promise.withResolvers<void>();
  response.once('close', gone.resolve);
  const timeout = setTimeout(() => response.destroy(), timeoutMillis);
  timeout.unref();
  let end = performance.now() + sliceMillis;
  for (const part of parts) {
    if (response.destroyed) break;
    // True and false both mean that the part is taken; false, that the connection has enough for now.
    if (!response.write(part)) await Promise.race([drained(response), gone.promise]);
    if (performance.now() < end) continue;
    await setImmediate();
    end = performance.now() + sliceMillis;
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
