import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Resolves to the next message of a process. Rejects when the process ends instead.
 *
 * @param name the name of the process in errors
 */
export async function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  const abort = new AbortController();
  const { signal } = abort;
  // Unlike 'exit', 'close' comes after the last message.
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
