import { reasonOf } from './configuration-error.ts';
import type { Notices } from './notices.ts';
import type { WatchedFile } from './watched-file.ts';

/** What files say, read again when they change. While they are broken it stays what it was, which is told. */
export class Reading<Value> {
  readonly #name: string;
  readonly #files: () => readonly WatchedFile[];
  readonly #read: () => Value;
  readonly #notices: Notices;
  #value: Value;
  #problem: string | undefined;

  /**
   * @param name of the option that names the files
   * @param files what the last reading depends on
   * @throws what the first reading throws
   */
  constructor(name: string, files: () => readonly WatchedFile[], read: () => Value, notices: Notices) {
    this.#name = name;
    this.#files = files;
    this.#read = read;
    this.#notices = notices;
    this.#value = read();
  }

  current(): Value {
    if (!this.#files().some(({ isChanged }) => isChanged)) return this.#value;
    try {
      this.#value = this.#read();
      if (this.#problem !== undefined) this.#notices.tellAgain(`the web settings follow ${this.#name} again`);
      this.#problem = undefined;
    } catch (error) {
      const problem = reasonOf(error);
      if (problem !== this.#problem) this.#notices.tellAgain(`the web settings stay what they were: ${problem}`);
      this.#problem = problem;
    }
    return this.#value;
  }
}
