/**
 * Runs what writes to stdout or stderr, so that a write that fails (the disk is full, the reader has gone) does not end
 * the bot: without a listener the error is thrown. The console's own listener is gone before the error comes.
 *
 * @returns the first error, or `undefined`
 */
export async function writeSafely(stream: NodeJS.WriteStream, write: () => void): Promise<Error | undefined> {
  let failure: Error | undefined;
  const listener = (error: Error): void => {
    failure ??= error;
  };
  stream.on('error', listener);
  try {
    write();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  } finally {
    stream.off('error', listener);
  }
  return failure;
}

/** One line on stderr, if it can be written. */
export function writeErrorLine(line: string): void {
  void writeSafely(process.stderr, () => process.stderr.write(`${line}\n`));
}
