import { describeError, Log } from '@trademeter/config';
import { mostParts } from './series/plain-value.ts';

/**
 * DropReason is why a measurement was dropped: its value is not a finite number (`invalid_value`), is negative where that
 * is not allowed, or would make the sum infinite; or attributes, a view's processor or a callback threw (`error`).
 */
export type DropReason = 'invalid_value' | 'negative_value' | 'infinite_sum' | 'error';

/** DroppedMeasurements counts dropped measurements, and logs them once per instrument and reason. */
export class DroppedMeasurements {
  readonly #counts: Record<DropReason, number> = { invalid_value: 0, negative_value: 0, infinite_sum: 0, error: 0 };
  readonly #log = new Log('metric-store');
  readonly #onDrop: ((reason: DropReason) => void) | undefined;
  #isReporting = false;

  constructor(onDrop?: (reason: DropReason) => void) {
    this.#onDrop = onDrop;
  }

  /** The number of dropped measurements so far, by reason. */
  get counts(): Readonly<Record<DropReason, number>> {
    return { ...this.#counts };
  }

  /** Logs once that an attribute cannot be recorded; the measurement is recorded without it. */
  logAttribute(instrument: string, key: string): void {
    const shown = key.slice(0, 60);
    this.#log.warnOnce(
      `ignored the attribute ${JSON.stringify(shown)} of ${instrument}: its value must be a string, number, boolean or list, of at most ${mostParts} parts. Logged once.`,
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
    // The metric that counts drops may be dropped itself, if a view's processor always throws.
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
