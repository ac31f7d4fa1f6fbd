import { plainText } from '@trademeter/config';

/** The listeners that are there for as long as something is being written: one for each stream, however much that is. */
const guards = new WeakMap<NodeJS.WriteStream, Guard>();

interface Guard {
  readonly listener: (error: Error) => void;
  writes: number;
  failure: Error | undefined;
}

/**
 * Runs what writes to stdout or stderr, so that a write that fails (the disk is full, the reader has gone) does not end
 * the bot: without a listener the error is thrown. The console's own listener is gone before the error comes.
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

/** A line on stderr, or several, if they can be written. */
export function writeErrorLine(line: string): void {
  const lines = line.split('\n').map(plainText);
  void writeSafely(process.stderr, () => process.stderr.write(`${lines.join('\n')}\n`));
}
