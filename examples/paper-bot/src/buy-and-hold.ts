import type { ReplayedBar } from './replay.ts';

/** What the bot's strategy has to beat: everything invested on the first day, and never sold. */
export class BuyAndHold {
  #value: number;
  #units: number | undefined;

  constructor(cash: number) {
    this.#value = cash;
  }

  get value(): number {
    return this.#value;
  }

  /** A trading day is over. After the last one the history begins again, with what there is by then. */
  mark({ close, isLast }: Pick<ReplayedBar, 'close' | 'isLast'>): void {
    this.#units ??= this.#value / close;
    this.#value = this.#units * close;
    if (isLast) this.#units = undefined;
  }
}
