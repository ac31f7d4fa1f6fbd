import type { Meter as ApiMeter, MeterProvider } from '@opentelemetry/api';
import type { DropReason } from './drop-log.ts';

/** What an instrument needs of the meter that made it. */
export interface InstrumentHost {
  /** Milliseconds since the epoch, for timers. */
  readonly now: () => number;
  /** Milliseconds since the epoch, by the calendar in which callers give times. */
  readonly calendarNow: () => number;
  /** The provider to record to; `undefined` for the global one, whichever is registered. */
  readonly meterProvider: MeterProvider | undefined;
  /** Finds the provider that was registered since it was last looked for. */
  lookForProvider(): void;
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
