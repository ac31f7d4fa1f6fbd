import { diag } from '@opentelemetry/api';
import { RateLimit } from './access/rate-limit.ts';

// Messages name what the application named. One that makes up names without end must fill neither memory nor the log.
const rememberedNotices = 1_000;
const intervalMillis = 60_000;

/** Notices logs what an exporter has to say through OpenTelemetry's `diag`. */
export class Notices {
  readonly #logged = new Set<string>();
  readonly #limit = new RateLimit(intervalMillis, rememberedNotices, () => performance.now());

  /** Logs each message once; beyond a thousand, one a minute, and some of them again. */
  warnOnce(message: string): void {
    if (this.#logged.has(message) || !this.#limit.take()) return;
    const [oldest] = this.#logged;
    if (this.#logged.size >= rememberedNotices && oldest !== undefined) this.#logged.delete(oldest);
    this.#logged.add(message);
    this.warn(message);
  }

  /** Logs a change, each time that it happens. */
  warn(message: string): void {
    write('warn', message);
  }

  /** Logs what keeps metrics from being served, each time that it happens. */
  error(message: string, error: unknown): void {
    write('error', message, error);
  }
}

/** A logger of the application's that throws must not end it. */
function write(level: 'warn' | 'error', message: string, ...more: unknown[]): void {
  try {
    diag[level](`[trademeter/exporter-prometheus] ${message}`, ...more);
  } catch {
    // There is nowhere left to say so.
  }
}
