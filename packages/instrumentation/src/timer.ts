import { mergeAttributes } from './attribute-guard.ts';
import { errorTypeFor } from './error-type.ts';
import { secondsBetween } from './moment.ts';

/** Times one thing, in seconds. Stopped once, by `stop()` or by leaving the block of its `using`. */
export class Timer<A extends object> implements Disposable {
  readonly #now: () => number;
  readonly #start: number;
  readonly #record: (seconds: number, attributes: A, errorType: string | undefined) => void;
  #attributes: A;
  #errorType: string | undefined;
  #stopped = false;

  /** @internal */
  constructor(
    now: () => number,
    attributes: A,
    record: (seconds: number, attributes: A, errorType: string | undefined) => void,
  ) {
    this.#now = now;
    this.#attributes = attributes;
    this.#record = record;
    this.#start = this.#now();
  }

  /** Marks the thing as failed: the recording takes `error.type`. `using` cannot see a throw, so a catch has to say it. */
  fail(error: unknown): void {
    this.#errorType = errorTypeFor(error, this.#attributes);
  }

  /** Adds attributes that are only known at the end, such as what was decided. */
  set(attributes: Partial<A>): void {
    this.#attributes = mergeAttributes(this.#attributes, attributes) as A;
  }

  /** Records the time since the start, once. @returns the seconds, or `undefined` when it was stopped before. */
  stop(): number | undefined {
    if (this.#stopped) return undefined;
    this.#stopped = true;
    const seconds = secondsBetween(this.#start, this.#now());
    this.#record(seconds, this.#attributes, this.#errorType);
    return seconds;
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
