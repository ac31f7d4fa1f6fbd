import { reasonOf } from './configuration-error.ts';
import type { Notices } from './notices.ts';
import type { WatchedFile } from './watched-file.ts';

/** What files say, read again when they change. While they are broken it stays what it was, which is logged. */
export class ReloadedFile<Value> {
  readonly #name: string;
  readonly #files: () => readonly WatchedFile[];
  readonly #read: () => Promise<Value>;
  readonly #notices: Notices;
  #value: Value;
  #problem: string | undefined;

  private constructor(
    name: string,
    files: () => readonly WatchedFile[],
    read: () => Promise<Value>,
    notices: Notices,
    value: Value,
  ) {
    this.#name = name;
    this.#files = files;
    this.#read = read;
    this.#notices = notices;
    this.#value = value;
  }

  /**
   * Rejects with what the first reading rejects with.
   *
   * @param name of the option that names the files
   * @param files what the last reading depends on
   */
  static async open<Value>(
    name: string,
    files: () => readonly WatchedFile[],
    read: () => Promise<Value>,
    notices: Notices,
  ): Promise<ReloadedFile<Value>> {
    return new ReloadedFile(name, files, read, notices, await read());
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
      if (this.#problem !== undefined) this.#notices.tellAgain(`the web settings follow ${this.#name} again`);
      this.#problem = undefined;
    } catch (error) {
      const problem = reasonOf(error);
      if (problem !== this.#problem) this.#notices.tellAgain(`the web settings stay what they were: ${problem}`);
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
