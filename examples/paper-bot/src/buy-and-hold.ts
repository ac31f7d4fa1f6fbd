import type { ReplayedBar } from './replay.ts';

/** The benchmark: everything invested on the first day and never sold. */
export class BuyAndHold {
  #value: number;
  #units: number | undefined;

  constructor(cash: number) {
    this.#value = cash;
  }

  get value(): number {
    return this.#value;
  }

  /** Ends a trading day. After the last one, the history restarts with the current value. */
  mark({ close, isLast }: Pick<ReplayedBar, 'close' | 'isLast'>): void {
    this.#units ??= this.#value / close;
    this.#value = this.#units * close;
    if (isLast) this.#units = undefined;
  }
}
