import type { Meter } from '@trademeter/instrumentation';

/** Figures that the caller computed. Each replaces the one computed here, until a reset. */
export class ReportedFigures {
  readonly #meter: Meter;
  readonly #figures = new Map<string, number>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** @param read returns the figure, or `undefined` if it was not reported; may throw */
  take(metric: string, read: () => unknown, part = ''): void {
    this.#meter.attempt(metric, () => {
      const figure = read();
      if (figure === undefined || figure === null) return;
      const usable = this.#meter.figure(metric, 'the value', figure);
      if (usable !== undefined) this.#figures.set(`${metric} ${part}`, usable);
    });
  }

  get(metric: string, part = ''): number | undefined {
    return this.#figures.get(`${metric} ${part}`);
  }

  clear(): void {
    this.#figures.clear();
  }
}
