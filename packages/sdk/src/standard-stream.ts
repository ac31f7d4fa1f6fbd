import { plainText } from '@trademeter/config';

/** One error listener per stream, installed while something is being written. */
const guards = new WeakMap<NodeJS.WriteStream, Guard>();

interface Guard {
  readonly listener: (error: Error) => void;
  writes: number;
  failure: Error | undefined;
}

/**
 * Runs a write to stdout or stderr, so that a failed write (full disk, closed pipe) does not end the bot: without a
 * listener, the error is thrown. The console removes its own listener too early.
 *
 * @returns the first error, or `undefined`
 */
export async function writeSafely(stream: NodeJS.WriteStream, write: () => void): Promise<Error | undefined> {
  const guard = guards.get(stream) ?? guardStream(stream);
  guard.writes += 1;
  try {
    write();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    return guard.failure;
  } finally {
    guard.writes -= 1;
    if (guard.writes === 0) {
      stream.off('error', guard.listener);
      guards.delete(stream);
    }
  }
}

function guardStream(stream: NodeJS.WriteStream): Guard {
  const guard: Guard = {
    writes: 0,
    failure: undefined,
    listener: (error) => {
      guard.failure ??= error;
    },
  };
  stream.on('error', guard.listener);
  guards.set(stream, guard);
  return guard;
}

/** Writes one or more lines on stderr, if possible. */
export function writeErrorLine(line: string): void {
  const lines = line.split('\n').map(plainText);
  void writeSafely(process.stderr, () => process.stderr.write(`${lines.join('\n')}\n`));
}
