import type { Meter as ApiMeter } from '@opentelemetry/api';
import type { DropReason } from './drop-log.ts';

/** What an instrument needs of the meter that made it. */
export interface InstrumentHost {
  /** Milliseconds since the epoch, for timers. */
  readonly now: () => number;
  /** Milliseconds since the epoch, by the calendar in which callers give times. */
  readonly calendarNow: () => number;
  /** Whether a recording would reach a provider. */
  isActive(): boolean;
  /** Counts a dropped measurement, and logs it once. */
  drop(metric: string, reason: DropReason, detail: string): void;
  /** Looks for a provider at intervals, so that series appear before the first recording. */
  startPolling(): void;
}

/** An instrument that is recreated when the meter provider changes. */
export interface Rebindable {
  rebind(meter: ApiMeter | undefined): void;
}
