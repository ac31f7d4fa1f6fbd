/** Observes a stream while it is read. No method may throw. */
export interface StreamObserver<T> {
  part(part: T): void;
  /** @param isWhole `false` if the reader stopped before the end */
  end(isWhole: boolean): void;
  fail(error: unknown): void;
}

/** Anything that `for await` reads. */
export type Stream<T> = AsyncIterable<T> | Iterable<T | PromiseLike<T>>;

const over = { done: true, value: undefined } as const;

/**
 * Wraps a stream so that an observer sees what is read. Not a generator function: a generator that is closed before it
 * is read runs none of its code, and would leave the source open.
 *
 * @throws TypeError if `source` is not a stream
 */
export function observeStream<T>(source: Stream<T>, observer: StreamObserver<T>): AsyncGenerator<T, void, undefined> {
  const iterator = iteratorOf(source);
  let isOver = false;

  function finish(report: () => void): void {
    if (!isOver) report();
    isOver = true;
  }

  async function advance(
    isWhole: boolean,
    step: () => Promise<IteratorResult<T, unknown>>,
  ): Promise<IteratorResult<T, void>> {
    if (isOver) return over;
    try {
      const result = await step();
      if (result.done !== true) {
        observer.part(result.value);
        return result;
      }
    } catch (error) {
      finish(() => observer.fail(error));
      throw error;
    }
    finish(() => observer.end(isWhole));
    return over;
  }

  async function close(): Promise<typeof over> {
    await iterator.return?.();
    return over;
  }

  return {
    next: () => advance(true, () => iterator.next()),
    return: () => advance(false, close),
    async throw(error) {
      if (isOver) throw error;
      return advance(false, async () => {
        if (iterator.throw !== undefined) return iterator.throw(error);
        await close();
        throw error;
      });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}

function iteratorOf<T>(source: Stream<T>): AsyncIterator<T> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  const iterator = source[Symbol.iterator]();
  return {
    async next() {
      const result = iterator.next();
      if (result.done === true) return over;
      try {
        return { value: await result.value };
      } catch (error) {
        iterator.return?.();
        throw error;
      }
    },
    async return() {
      iterator.return?.();
      return over;
    },
  };
}
