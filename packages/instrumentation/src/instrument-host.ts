import type { Meter as ApiMeter, MeterProvider } from '@opentelemetry/api';
import type { DropReason } from './drop-log.ts';

/** What an instrument needs from its meter. */
export interface InstrumentHost {
  /** Milliseconds since the epoch, for timers. */
  readonly now: () => number;
  /** Milliseconds since the epoch, by the calendar clock that callers use. */
  readonly calendarNow: () => number;
  /** The provider to record to; `undefined` for the global one. */
  readonly meterProvider: MeterProvider | undefined;
  /** Looks for a provider that was registered since the last call. */
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
