import { diag } from '@opentelemetry/api';

/**
 * Why a measurement was dropped: its value is not a finite number, is negative where that is not allowed, or would make
 * the series infinite; or its attributes, a processor of a view or a callback threw.
 */
export type DropReason = 'invalid_value' | 'negative_value' | 'infinite_sum' | 'error';

/** Counts what is dropped, and logs it once per instrument and reason. */
export class DroppedMeasurements {
  readonly #counts: Record<DropReason, number> = { invalid_value: 0, negative_value: 0, infinite_sum: 0, error: 0 };
  readonly #logged = new Set<string>();

  /** How many measurements were dropped so far, by reason. */
  get counts(): Readonly<Record<DropReason, number>> {
    return { ...this.#counts };
  }

  drop(instrument: string, reason: DropReason, detail: string): void {
    this.#counts[reason] += 1;
    const key = `${reason} ${instrument}`;
    if (this.#logged.has(key)) return;
    this.#logged.add(key);
    diag.warn(`[trademeter/metric-store] dropped a measurement of ${instrument}: ${detail}. Logged once.`);
  }
}
