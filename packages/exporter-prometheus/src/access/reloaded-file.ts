import { type Log, messageOf } from '@trademeter/config';
import { isIrregular, type WatchedFile } from './watched-file.ts';

/** The value and the log message for a path that is no longer a regular file. */
export interface Irregular<Value> {
  readonly value: Value;
  readonly consequence: string;
}

/** ReloadedFile is a value that is read again when its files change. While they are broken, the last value stays. */
export class ReloadedFile<Value> {
  readonly #name: string;
  readonly #files: () => readonly WatchedFile[];
  readonly #read: () => Promise<Value>;
  readonly #log: Log;
  readonly #irregular: Irregular<Value> | undefined;
  #value: Value;
  #problem: string | undefined;

  private constructor(
    name: string,
    files: () => readonly WatchedFile[],
    read: () => Promise<Value>,
    log: Log,
    value: Value,
    irregular: Irregular<Value> | undefined,
  ) {
    this.#name = name;
    this.#files = files;
    this.#read = read;
    this.#log = log;
    this.#value = value;
    this.#irregular = irregular;
  }

  /**
   * Rejects when the first reading does.
   *
   * @param name the option that names the files
   * @param files the files that the last reading depends on
   * @param irregular the value for a path that is no longer a regular file; without it, the last value stays
   */
  static async open<Value>(
    name: string,
    files: () => readonly WatchedFile[],
    read: () => Promise<Value>,
    log: Log,
    irregular?: Irregular<Value>,
  ): Promise<ReloadedFile<Value>> {
    return new ReloadedFile(name, files, read, log, await read(), irregular);
  }

  /** The value of the last successful reading. */
  get value(): Value {
    return this.#value;
  }

  /** Reads the files again if they changed. Never rejects. */
  async refresh(): Promise<Value> {
    if (!(await this.#isChanged())) return this.#value;
    try {
      this.#value = await this.#read();
      if (this.#problem !== undefined) this.#log.warn(`the web settings are read again from ${this.#name}`);
      this.#problem = undefined;
    } catch (error) {
      const problem = messageOf(error);
      const withdrawn = isIrregular(error) ? this.#irregular : undefined;
      if (withdrawn !== undefined) this.#value = withdrawn.value;
      const consequence = withdrawn?.consequence ?? 'kept the previous web settings';
      if (problem !== this.#problem) this.#log.warn(`${consequence}: ${problem}`);
      this.#problem = problem;
    }
    return this.#value;
  }

  async #isChanged(): Promise<boolean> {
    // One after the other: each one that hangs would occupy one of Node's four threads.
    for (const file of this.#files()) if (await file.isChanged()) return true;
    return false;
  }
}
