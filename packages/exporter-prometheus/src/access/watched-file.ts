import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { ConfigurationError, messageOf } from '@trademeter/config';

// Of tokens, certificates and settings: what is longer is something else.
const mostBytes = 1024 * 1024;

/**
 * A file that is looked at for changes. Never blocks the event loop: a file system that hangs leaves a promise pending,
 * and what is not a regular file (a FIFO, a device) is not read at all.
 */
export class WatchedFile {
  /** The option or variable that names the file, for errors. */
  readonly option: string;
  readonly path: string;
  /** Where exactly it is named: in a web config, that is a key of it. */
  readonly namedBy: string;
  #signature: string | undefined;

  constructor(option: string, path: string, namedBy = option) {
    this.option = option;
    this.path = path;
    this.namedBy = namedBy;
  }

  /** True when the file is another one than was read last, whether or not it could be; false before that. */
  async isChanged(): Promise<boolean> {
    return this.#signature !== undefined && this.#signature !== (await signatureOf(this.path));
  }

  /** Rejects with a {@link ConfigurationError} when it cannot be read. */
  async read(): Promise<string> {
    // Before it is read: what is written meanwhile is then a change.
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

/** It is a directory, a named pipe, a socket or a device: nothing that a file is for a moment while it is written. */
class IrregularFileError extends Error {}

/** True for what {@link WatchedFile.read} rejects with when the path does not lead to a regular file. */
export function isIrregular(error: unknown): boolean {
  return error instanceof ConfigurationError && error.cause instanceof IrregularFileError;
}

async function readRegularFile(path: string): Promise<string> {
  // Opening a device may do something: it is looked at first. What is missing is found when it is opened.
  throwUnlessRegular(path, await stat(path).catch(() => undefined));
  // Opening a FIFO would wait for a writer, which takes one of Node's four threads for as long.
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

/** Follows links: a secret of Kubernetes changes by pointing elsewhere. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size, ino, dev } = await stat(path);
    return `${mtimeMs} ${ctimeMs} ${size} ${ino} ${dev}`;
  } catch (error) {
    return messageOf(error);
  }
}
