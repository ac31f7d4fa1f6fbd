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
  const ended = once(child, 'exit', { signal }).then(([code, by]) => {
    throw new Error(`${name} ended without an answer: ${by ?? `exit code ${code}`}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message;
  } finally {
    abort.abort();
  }
}
