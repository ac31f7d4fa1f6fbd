import { type Log, messageOf } from '@trademeter/config';
import { isIrregular, type WatchedFile } from './watched-file.ts';

/** What is to hold, and what is logged, once a file is not a regular file any more. */
export interface Irregular<Value> {
  readonly value: Value;
  readonly consequence: string;
}

/** What files say, read again when they change. While they are broken it stays what it was, which is logged. */
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
   * Rejects with what the first reading rejects with.
   *
   * @param name of the option that names the files
   * @param files what the last reading depends on
   * @param irregular without it, the value stays what it was then too
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

  /** As it was read last. */
  get value(): Value {
    return this.#value;
  }

  /** Reads the files again if they have changed. Never rejects. */
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
    // One after the other: each that hangs would take one of Node's four threads.
    for (const file of this.#files()) if (await file.isChanged()) return true;
    return false;
  }
}
