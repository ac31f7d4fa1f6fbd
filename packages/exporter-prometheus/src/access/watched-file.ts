import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { ConfigurationError, messageOf } from '@trademeter/config';

// Tokens, certificates and settings are shorter.
const mostBytes = 1024 * 1024;

/**
 * WatchedFile is a file that is checked for changes. It never blocks the event loop: on a file system that hangs, a
 * promise stays pending, and anything but a regular file (a FIFO, a device) is not opened.
 */
export class WatchedFile {
  /** The option or variable that names the file, for errors. */
  readonly option: string;
  readonly path: string;
  /** The exact place of the name: the option, or a key in a web config. */
  readonly namedBy: string;
  #signature: string | undefined;

  constructor(option: string, path: string, namedBy = option) {
    this.option = option;
    this.path = path;
    this.namedBy = namedBy;
  }

  /** True when the file has changed since the last reading, successful or not; false before the first one. */
  async isChanged(): Promise<boolean> {
    return this.#signature !== undefined && this.#signature !== (await signatureOf(this.path));
  }

  /** Rejects with a {@link ConfigurationError} when the file cannot be read. */
  async read(): Promise<string> {
    // Taken before reading, so that a write during the reading counts as a change.
    this.#signature = await signatureOf(this.path);
    try {
      return await readRegularFile(this.path);
    } catch (cause) {
      const details = { code: 'ERR_TRADEMETER_FILE', option: this.option, value: this.path, cause } as const;
      throw new ConfigurationError(
        'exporter-prometheus',
        `${this.namedBy} must be a readable file: ${messageOf(cause)}`,
        details,
      );
    }
  }
}

/** The path leads to a directory, named pipe, socket or device. No file is one of these while it is being written. */
class IrregularFileError extends Error {}

/** True for errors of {@link WatchedFile.read} about a path that is not a regular file. */
export function isIrregular(error: unknown): boolean {
  return error instanceof ConfigurationError && error.cause instanceof IrregularFileError;
}

async function readRegularFile(path: string): Promise<string> {
  // Opening a device may have effects, so it is checked first. A missing file fails when it is opened.
  throwUnlessRegular(path, await stat(path).catch(() => undefined));
  // Opening a FIFO would wait for a writer and occupy one of Node's four threads meanwhile.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    throwUnlessRegular(path, await file.stat());
    const chunks: Buffer[] = [];
    let length = 0;
    for (;;) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(64 * 1024) });
      if (bytesRead === 0) return Buffer.concat(chunks).toString();
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
      if (length > mostBytes) throw new Error(`${path} is larger than ${mostBytes} bytes`);
    }
  } finally {
    await file.close();
  }
}

function throwUnlessRegular(path: string, stats: Stats | undefined): void {
  if (stats === undefined || stats.isFile()) return;
  const kinds = [
    [stats.isDirectory(), 'a directory'],
    [stats.isFIFO(), 'a named pipe'],
    [stats.isSocket(), 'a socket'],
  ] as const;
  const kind = kinds.find(([is]) => is)?.[1] ?? 'a device';
  throw new IrregularFileError(`${path} is ${kind}, not a regular file`);
}

/** Follows links: Kubernetes changes a secret by pointing a link elsewhere. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size, ino, dev } = await stat(path);
    return `${mtimeMs} ${ctimeMs} ${size} ${ino} ${dev}`;
  } catch (error) {
    return messageOf(error);
  }
}
