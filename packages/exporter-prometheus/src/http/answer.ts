import type { IncomingMessage, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import type { EventLoopBudget } from '../collection/event-loop-budget.ts';
import { http } from './node-http.ts';

// The size of one system call for several parts, small enough for a fraction of a slice.
const writtenTogether = 512 * 1024;

// One listener per answer, however many wait for its end.
const ends = new WeakMap<ServerResponse, Promise<void>>();

// Callbacks for when a connection closes. A client may have any number of requests on one connection; with a listener
// for each, adding and removing them would take quadratic time.
const closeCallbacks = new WeakMap<Duplex, Set<() => void>>();

// Since when answers have been waiting for their readers.
const stalls = new WeakMap<ServerResponse, number>();

/** Since when an answer has been waiting for its reader, by `performance.now()`; `undefined` when it is not. */
export function stalledSinceMillis(response: ServerResponse): number | undefined {
  return stalls.get(response);
}

/** True for a response of Node's own server, which is sent over a connection; false for imitations. */
export function isConnected(response: unknown): response is ServerResponse {
  return (
    response instanceof http.ServerResponse && (response.req as IncomingMessage | undefined)?.socket instanceof Duplex
  );
}

/**
 * Resolves when an answer is sent or its connection is closed, even if that was before the call. A request that waits
 * behind another one on its connection gets no event of its own when the connection closes.
 *
 * @param response a connected one, see {@link isConnected}
 */
export function answerEnd(response: ServerResponse): Promise<void> {
  const known = ends.get(response);
  if (known !== undefined) return known;
  const end = endOf(response);
  ends.set(response, end);
  return end;
}

function endOf(response: ServerResponse): Promise<void> {
  if (response.destroyed || response.req.socket.destroyed) return Promise.resolve();
  const callbacks = closeCallbacksOf(response.req.socket);
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => {
    callbacks.delete(end);
    resolve();
  };
  callbacks.add(end);
  response.once('close', end);
  return promise;
}

function closeCallbacksOf(socket: Duplex): Set<() => void> {
  const known = closeCallbacks.get(socket);
  if (known !== undefined) return known;
  const callbacks = new Set<() => void>();
  closeCallbacks.set(socket, callbacks);
  socket.once('close', () => {
    for (const call of callbacks) call();
  });
  return callbacks;
}

/**
 * Sends the body of an answer, no faster than the reader takes it. Resolves when everything is handed over or the
 * connection is closed.
 *
 * @param response a connected one whose head is written, see {@link isConnected}
 * @param timeoutMillis milliseconds after which a slow reader is disconnected
 */
export async function sendParts(
  response: ServerResponse,
  parts: readonly Uint8Array[],
  budget: EventLoopBudget,
  timeoutMillis: number,
): Promise<void> {
  // Only a reader that is waited for needs a limit: what is written at once gets none in its way.
  let timeout: NodeJS.Timeout | undefined;
  const limit = (): void => {
    timeout ??= setTimeout(() => response.req.socket.destroy(), timeoutMillis).unref();
    stalls.set(response, performance.now());
  };
  let together = 0;
  let isTaken = true;
  // Simultaneous answers share a slice from the first write on.
  if (budget.isSpent) await budget.nextTurn();
  response.cork();
  for (const part of parts) {
    if (isOver(response)) break;
    // Not writableNeedDrain: middleware that replaces write() emits its own 'drain', or returns nothing.
    const taken: unknown = response.write(part);
    isTaken = taken !== false;
    together += part.length;
    if (together < writtenTogether) continue;
    together = 0;
    response.uncork();
    if (!isTaken) {
      limit();
      await Promise.race([drained(response), answerEnd(response)]);
      stalls.delete(response);
    }
    if (budget.isSpent) await budget.nextTurn();
    response.cork();
  }
  // Node does this in end(). Bun does not, and would never send the answer.
  response.uncork();
  response.end();
  limit();
  await answerEnd(response);
  clearTimeout(timeout);
}

function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve);
  return promise;
}

/** True when nothing more can be sent, also because the application's timeout answered meanwhile. */
function isOver(response: ServerResponse): boolean {
  return response.destroyed || response.writableEnded || response.req.socket.destroyed;
}
