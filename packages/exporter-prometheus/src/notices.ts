import { diag } from '@opentelemetry/api';
import { RateLimit } from './rate-limit.ts';

// What is told comes from the application's names. One that makes them up without end must fill neither the memory nor
// the log.
const rememberedNotices = 1_000;
const intervalMillis = 60_000;

/** Tells what an exporter has to say, through OpenTelemetry's `diag`. */
export class Notices {
  readonly #told = new Set<string>();
  readonly #limit = new RateLimit(intervalMillis, rememberedNotices, () => performance.now());

  /** Tells each thing once; when there are more than a thousand, one a minute, and some once more. */
  tell(message: string): void {
    if (this.#told.has(message) || !this.#limit.take()) return;
    const [oldest] = this.#told;
    if (this.#told.size >= rememberedNotices && oldest !== undefined) this.#told.delete(oldest);
    this.#told.add(message);
    this.tellAgain(message);
  }

  /** Tells what has come about, however often it did. */
  tellAgain(message: string): void {
    write('warn', message);
  }

  /** Tells what keeps metrics from being served, however often it did. */
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
