import type { ServerResponse } from 'node:http';
import type { LoopTurns } from './loop-turns.ts';

// One call to the system for several parts; as much as it takes within a fraction of a slice.
const writtenTogether = 512 * 1024;

// Several wait for the end of an answer: one pair of listeners is enough.
const ends = new WeakMap<ServerResponse, Promise<void>>();

/**
 * Resolves when an answer is over: it is sent, or its connection is gone, which it may be already. Of a request that
 * waits behind another one on its connection, the response alone would never tell.
 */
export function answerEnd(response: ServerResponse): Promise<void> {
  const known = ends.get(response);
  if (known !== undefined) return known;
  const end = endOf(response);
  ends.set(response, end);
  return end;
}

function endOf(response: ServerResponse): Promise<void> {
  if (isOver(response)) return Promise.resolve();
  const { socket } = response.req;
  const { promise, resolve } = Promise.withResolvers<void>();
  // As many requests as a client likes may wait on one connection.
  socket.setMaxListeners(0);
  socket.once('close', resolve);
  response.once('close', resolve);
  return promise.finally(() => socket.off('close', resolve));
}

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
  const end = answerEnd(response);
  const timeout = setTimeout(() => response.req.socket.destroy(), timeoutMillis);
  timeout.unref();
  let together = 0;
  // Scrapes that come together are answered together: they share a slice from the first write on.
  if (turns.isOver) await turns.next();
  response.cork();
  for (const part of parts) {
    if (isOver(response)) break;
    response.write(part);
    together += part.length;
    if (together < writtenTogether) continue;
    together = 0;
    response.uncork();
    if (response.writableNeedDrain) await Promise.race([drained(response), end]);
    if (turns.isOver) await turns.next();
    response.cork();
  }
  response.end();
  await end;
  clearTimeout(timeout);
}

function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve);
  return promise;
}

function isOver(response: ServerResponse): boolean {
  return response.destroyed || response.req.socket.destroyed;
}
