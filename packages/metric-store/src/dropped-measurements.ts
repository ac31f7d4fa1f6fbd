import { diag } from '@opentelemetry/api';

/**
 * Why a measurement was dropped: its value is not a finite number, is negative where that is not allowed, or would make
 * the series infinite; or its attributes, a processor of a view or a callback threw.
 */
export type DropReason = 'invalid_value' | 'negative_value' | 'infinite_sum' | 'error';

// Names may come from outside.
const mostLogged = 1_000;

/** Counts what is dropped, and logs it once per instrument and reason. */
export class DroppedMeasurements {
  readonly #counts: Record<DropReason, number> = { invalid_value: 0, negative_value: 0, infinite_sum: 0, error: 0 };
  readonly #logged = new Set<string>();

  /** How many measurements were dropped so far, by reason. */
  get counts(): Readonly<Record<DropReason, number>> {
    return { ...this.#counts };
  }

  /** Logs, once, an attribute that cannot be recorded; the measurement is recorded without it. */
  logAttribute(instrument: string, key: string): void {
    const id = `attribute ${instrument} ${key.slice(0, 60)}`;
    if (this.#logged.has(id) || this.#logged.size >= mostLogged) return;
    this.#logged.add(id);
    diag.warn(
      `[trademeter/metric-store] ignored the attribute ${JSON.stringify(key.slice(0, 60))} of ${instrument}: its value must be a string, number, boolean or list. Logged once.`,
    );
  }

  drop(instrument: string, reason: DropReason, detail: string): void {
    this.#counts[reason] += 1;
    const key = `${reason} ${instrument}`;
    if (this.#logged.has(key) || this.#logged.size >= mostLogged) return;
    this.#logged.add(key);
    diag.warn(`[trademeter/metric-store] dropped a measurement of ${instrument}: ${detail}. Logged once.`);
  }
}
