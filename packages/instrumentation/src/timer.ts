import { mergeAttributes } from './attribute-guard.ts';
import { errorTypeFor } from './error-type.ts';
import { secondsBetween } from './moment.ts';

/** Timer times one thing, in seconds. It stops once, by `stop()` or at the end of the block of its `using`. */
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

  /** Marks it as failed: the recording gets an `error.type`. `using` cannot see an error, so call this in a `catch`. */
  fail(error: unknown): void {
    this.#errorType = errorTypeFor(error, this.#attributes);
  }

  /** Adds attributes that are only known at the end, such as what was decided. */
  set(attributes: Partial<A>): void {
    this.#attributes = mergeAttributes(this.#attributes, attributes) as A;
  }

  /** Records the time since the start, once. @returns the seconds; `undefined` if it was stopped before */
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
