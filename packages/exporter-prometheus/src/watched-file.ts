import { readFileSync, statSync } from 'node:fs';
import { ConfigurationError } from './configuration-error.ts';

/** A file that is read again when it changed. Looking whether it did takes a few microseconds. */
export class WatchedFile {
  /** The option or variable that names the file, for errors. */
  readonly option: string;
  readonly path: string;
  #signature: string | undefined;
  #text = '';

  constructor(option: string, path: string) {
    this.option = option;
    this.path = path;
  }

  /** True when the file is another one than was read last. A file that cannot be looked at did not change. */
  get isChanged(): boolean {
    try {
      return signatureOf(this.path) !== this.#signature;
    } catch {
      return false;
    }
  }

  /** @throws {ConfigurationError} when it cannot be read */
  read(): string {
    try {
      const signature = signatureOf(this.path);
      if (signature !== this.#signature) {
        this.#text = readFileSync(this.path, 'utf8');
        this.#signature = signature;
      }
      return this.#text;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const details = { code: 'ERR_TRADEMETER_FILE', option: this.option, value: this.path, cause } as const;
      throw new ConfigurationError(`${this.option} must be a file that can be read: ${reason}`, details);
    }
  }
}

/** Follows links: a secret of Kubernetes changes by pointing elsewhere. */
function signatureOf(path: string): string {
  const { mtimeMs, size, ino, dev } = statSync(path);
  return `${mtimeMs} ${size} ${ino} ${dev}`;
}
