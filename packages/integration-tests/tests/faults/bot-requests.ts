/** What the test asks of the bot, and what the bot answers to it. */
export interface BotRequests {
  /** How late its loop was in the last so many milliseconds. */
  loop: { readonly request: { readonly millis: number }; readonly answer: LoopReport };
  /** Trades no more. */
  pause: { readonly request: object; readonly answer: Books };
  resume: { readonly request: object; readonly answer: Books };
  /** Trades this often at once, beside its loop. */
  trade: { readonly request: { readonly orders: number }; readonly answer: Books };
  memory: { readonly request: object; readonly answer: MemoryReport };
  /** Flushes this often, one after the other: each is an export. */
  flush: { readonly request: { readonly times: number }; readonly answer: object };
  /** From now on this name leads to 127.0.0.1. */
  resolve: { readonly request: { readonly host: string }; readonly answer: object };
  /** Trades this often, and ends in the same turn. The books are those that it ends with. */
  end: { readonly request: { readonly orders: number; readonly how: Ending }; readonly answer: Books };
}

/**
 * `return`: it has nothing left to do. `shutdown`: the same, after `await telemetry.shutdown()`. `exit`:
 * `process.exit()`. `throw`: an exception that nobody catches. `reject`: a promise that nobody handles.
 */
export type Ending = 'return' | 'shutdown' | 'exit' | 'throw' | 'reject';

/** What the bot knows that it has done. */
export interface Books {
  readonly orders: number;
}

/** How many milliseconds later than planned the turns of the bot's loop began. */
export interface LoopReport {
  readonly turns: number;
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

/** Bytes, after a garbage collection. */
export interface MemoryReport {
  /** What JavaScript holds, buffers included. */
  readonly held: number;
  /** Sockets, timers and requests that are open. */
  readonly resources: number;
  /** How often the SDK has set a timer that BOT_HASTE shortens. */
  readonly hasteCount: number;
}

/** A request on its way to the bot. */
export type BotRequest = {
  readonly [K in keyof BotRequests]: { readonly id: number; readonly ask: K } & BotRequests[K]['request'];
}[keyof BotRequests];

/** An answer on its way back; the first one, with id 0, says that the bot is ready. */
export interface BotAnswer {
  readonly id: number;
  readonly answer: unknown;
}

/** The first answer. */
export interface Ready {
  /** How long `startTelemetry()` took. */
  readonly startMillis: number;
  readonly endpoints: readonly string[];
}
