import { readFileSync, statSync } from 'node:fs';
import { ConfigurationError, reasonOf } from './configuration-error.ts';

/** A file that is looked at for changes, which takes a few microseconds. */
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
  get isChanged(): boolean {
    return this.#signature !== undefined && this.#signature !== signatureOf(this.path);
  }

  /** @throws {ConfigurationError} when it cannot be read */
  read(): string {
    // Before it is read: what is written meanwhile is then a change.
    this.#signature = signatureOf(this.path);
    try {
      return readFileSync(this.path, 'utf8');
    } catch (cause) {
      const details = { code: 'ERR_TRADEMETER_FILE', option: this.option, value: this.path, cause } as const;
      throw new ConfigurationError(`${this.namedBy} must be a file that can be read: ${reasonOf(cause)}`, details);
    }
  }
}

/** Follows links: a secret of Kubernetes changes by pointing elsewhere. */
function signatureOf(path: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino, dev } = statSync(path);
    return `${mtimeMs} ${ctimeMs} ${size} ${ino} ${dev}`;
  } catch (error) {
    return reasonOf(error);
  }
}
