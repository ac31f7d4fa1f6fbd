import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * What a process sends next. Rejects when it ends instead.
 *
 * @param name what it is, for the error
 */
export async function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  const abort = new AbortController();
  const { signal } = abort;
  // Unlike 'exit', it comes after the last message.
  const ended = once(child, 'close', { signal }).then(() => {
    throw new Error(`${name} ended without an answer: ${child.signalCode ?? `exit code ${child.exitCode}`}`);
  });
  try {
    const message = once(child, 'message', { signal }).then(([each]: unknown[]) => each);
    return await Promise.race([message, ended]);
  } finally {
    abort.abort();
  }
}
