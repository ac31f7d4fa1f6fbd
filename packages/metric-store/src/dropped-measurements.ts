import { describeError, Log } from '@trademeter/config';

/**
 * Why a measurement was dropped: its value is not a finite number, is negative where that is not allowed, or would make
 * the series infinite; or its attributes, a processor of a view or a callback threw.
 */
export type DropReason = 'invalid_value' | 'negative_value' | 'infinite_sum' | 'error';

/** Counts what is dropped, and logs it once per instrument and reason. */
export class DroppedMeasurements {
  readonly #counts: Record<DropReason, number> = { invalid_value: 0, negative_value: 0, infinite_sum: 0, error: 0 };
  readonly #log = new Log('metric-store');
  readonly #onDrop: ((reason: DropReason) => void) | undefined;
  #isReporting = false;

  constructor(onDrop?: (reason: DropReason) => void) {
    this.#onDrop = onDrop;
  }

  /** How many measurements were dropped so far, by reason. */
  get counts(): Readonly<Record<DropReason, number>> {
    return { ...this.#counts };
  }

  /** Logs, once, an attribute that cannot be recorded; the measurement is recorded without it. */
  logAttribute(instrument: string, key: string): void {
    const shown = key.slice(0, 60);
    this.#log.warnOnce(
      `ignored the attribute ${JSON.stringify(shown)} of ${instrument}: its value must be a string, number, boolean or list. Logged once.`,
      `attribute ${instrument} ${shown}`,
    );
  }

  drop(instrument: string, reason: DropReason, detail: string): void {
    this.#counts[reason] += 1;
    const message = `dropped a measurement of ${instrument}: ${detail}. Logged once.`;
    this.#log.warnOnce(message, `${reason} ${instrument}`);
    this.#report(reason);
  }

  #report(reason: DropReason): void {
    // What counts drops may be dropped itself, where a view's processor throws at every measurement.
    if (this.#onDrop === undefined || this.#isReporting) return;
    this.#isReporting = true;
    try {
      this.#onDrop(reason);
    } catch (error) {
      this.#log.warnOnce(`onDrop failed: ${describeError(error)}. Logged once.`);
    } finally {
      this.#isReporting = false;
    }
  }
}
