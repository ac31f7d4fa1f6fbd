import { setTimeout as sleep } from 'node:timers/promises';
import type { Bar } from './bars.ts';

/** One step of a replay. */
export interface ReplayedBar extends Bar {
  /** Whether this is the last bar before the history restarts. */
  readonly isLast: boolean;
}

const day = 24 * 60 * 60 * 1000;

/** Replays the history again and again at a given pace. Its clock is the bot's calendar. */
export class Replay {
  readonly #bars: readonly Bar[];
  readonly #barsPerSecond: number;
  #time: number;

  /** @param barsPerSecond 0 is as fast as possible */
  constructor(bars: readonly Bar[], barsPerSecond: number) {
    this.#bars = bars;
    this.#barsPerSecond = barsPerSecond;
    this.#time = bars[0]?.time ?? 0;
  }

  /** The replay's time, in milliseconds since the epoch. It continues when the history restarts: no day repeats. */
  readonly now = (): number => this.#time;

  /** @param limit the most bars to play */
  async *play(limit: number, signal: AbortSignal): AsyncGenerator<ReplayedBar> {
    const first = this.#bars[0];
    const last = this.#bars.at(-1);
    if (first === undefined || last === undefined) return;
    const span = last.time - first.time + day;
    for (let played = 0; played < limit && !signal.aborted; played++) {
      const index = played % this.#bars.length;
      const bar = this.#bars[index] as Bar;
      const time = bar.time + Math.floor(played / this.#bars.length) * span;
      this.#time = time;
      yield { ...bar, time, isLast: index === this.#bars.length - 1 || played === limit - 1 };
      if (this.#barsPerSecond > 0) {
        await sleep(1000 / this.#barsPerSecond, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
