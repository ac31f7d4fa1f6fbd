interface Request {
  readonly answer: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const timeoutMillis = 2_000;

/** Requests about orders, one at a time for each. TWS answers with events. */
export class Requests {
  readonly #waiting = new Map<number, Request>();

  /**
   * Sends a request and waits for its answer, for a limited time or until the connection breaks.
   *
   * @param answer the text that `answer` must be called with
   */
  async send(orderId: number, answer: string, send: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      reject(Object.assign(new Error('TWS does not answer'), { name: 'TimeoutError' }));
    }, timeoutMillis);
    this.#waiting.set(orderId, { answer, resolve, reject });
    try {
      send();
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(orderId);
    }
  }

  answer(orderId: number, answer: string): void {
    const request = this.#waiting.get(orderId);
    if (request?.answer === answer) request.resolve();
  }

  fail(orderId: number, error: Error): void {
    this.#waiting.get(orderId)?.reject(error);
  }

  /** The connection broke: requests may have arrived. */
  cut(): void {
    const error = Object.assign(new Error('the connection to TWS broke'), { code: 'ECONNRESET' });
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
