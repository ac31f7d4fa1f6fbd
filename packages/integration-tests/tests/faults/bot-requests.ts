/** Requests of the test to the bot, and the answers. */
export interface BotRequests {
  /** How late its loop was in the last milliseconds. */
  loop: { readonly request: { readonly millis: number }; readonly answer: LoopReport };
  /** Stops trading. */
  pause: { readonly request: object; readonly answer: Books };
  resume: { readonly request: object; readonly answer: Books };
  /** Trades this many times at once, besides its loop. */
  trade: { readonly request: { readonly orders: number }; readonly answer: Books };
  memory: { readonly request: object; readonly answer: MemoryReport };
  /** Flushes this many times in a row; each one is an export. */
  flush: { readonly request: { readonly times: number }; readonly answer: object };
  /** From now on this name resolves to 127.0.0.1. */
  resolve: { readonly request: { readonly host: string }; readonly answer: object };
  /** Trades this many times, and ends in the same turn. The answer has its final books. */
  end: { readonly request: { readonly orders: number; readonly how: Ending }; readonly answer: Books };
}

/**
 * `return`: the bot has nothing left to do. `shutdown`: the same, after `await telemetry.shutdown()`. `exit`:
 * `process.exit()`. `throw`: an uncaught exception. `reject`: an unhandled rejection.
 */
export type Ending = 'return' | 'shutdown' | 'exit' | 'throw' | 'reject';

/** What the bot has done by its own count. */
export interface Books {
  readonly orders: number;
}

/** How many milliseconds late the turns of the bot's loop were. */
export interface LoopReport {
  readonly turns: number;
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

/** Bytes after a garbage collection. */
export interface MemoryReport {
  /** JavaScript memory, buffers included. */
  readonly held: number;
  /** The number of open sockets, timers and requests. */
  readonly resources: number;
  /** How often the SDK has set a timer that BOT_HASTE shortens. */
  readonly hasteCount: number;
}

/** A request to the bot. */
export type BotRequest = {
  readonly [K in keyof BotRequests]: { readonly id: number; readonly ask: K } & BotRequests[K]['request'];
}[keyof BotRequests];

/** An answer of the bot; the first one, with id 0, says that the bot is ready. */
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
