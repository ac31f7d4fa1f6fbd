import type { IncomingMessage, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import type { EventLoopBudget } from '../collection/event-loop-budget.ts';
import { http } from './node-http.ts';

// One call to the system for several parts; as much as it takes within a fraction of a slice.
const writtenTogether = 512 * 1024;

// Several wait for the end of an answer: one listener is enough.
const ends = new WeakMap<ServerResponse, Promise<void>>();

// What to do when a connection closes. A client may have any number of requests on one connection: with a listener for
// each, adding and removing them would take quadratic time.
const closeCallbacks = new WeakMap<Duplex, Set<() => void>>();

// Answers whose readers have not taken what was sent to them, and since when.
const stalls = new WeakMap<ServerResponse, number>();

/** Since when an answer waits for its reader, by `performance.now()`; `undefined` when it does not. */
export function stalledSinceMillis(response: ServerResponse): number | undefined {
  return stalls.get(response);
}

/** True for a response that is sent over a connection, as Node's own server makes them; false for imitations. */
export function isConnected(response: unknown): response is ServerResponse {
  return (
    response instanceof http.ServerResponse && (response.req as IncomingMessage | undefined)?.socket instanceof Duplex
  );
}

/**
 * Resolves when an answer is sent, or its connection is closed, which it may be already. A request that waits behind
 * another one on its connection gets no event of its own when the connection closes.
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
 * Sends the body of an answer whose head is written, no faster than the reader takes it. Resolves when all of it is
 * handed over, or the connection is closed.
 *
 * @param response a connected one, see {@link isConnected}
 * @param timeoutMillis how long the reader may take before it is cut off
 */
export async function sendParts(
  response: ServerResponse,
  parts: readonly Uint8Array[],
  budget: EventLoopBudget,
  timeoutMillis: number,
): Promise<void> {
  const end = answerEnd(response);
  const timeout = setTimeout(() => response.req.socket.destroy(), timeoutMillis);
  timeout.unref();
  let together = 0;
  let isTaken = true;
  // Scrapes that come together are answered together: they share a slice from the first write on.
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
      stalls.set(response, performance.now());
      await Promise.race([drained(response), end]);
      stalls.delete(response);
    }
    if (budget.isSpent) await budget.nextTurn();
    response.cork();
  }
  // Node does this in end(), Bun does not and would never send the answer.
  response.uncork();
  response.end();
  stalls.set(response, performance.now());
  await end;
  clearTimeout(timeout);
}

function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve);
  return promise;
}

/** True when nothing more can be sent: also when a timeout of the application's has answered meanwhile. */
function isOver(response: ServerResponse): boolean {
  return response.destroyed || response.writableEnded || response.req.socket.destroyed;
}
