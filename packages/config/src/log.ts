import { diag } from '@opentelemetry/api';

const mostRemembered = 1_000;
const intervalMillis = 60_000;

/**
 * Log writes the messages of one package to OpenTelemetry's `diag`. It never throws, whatever the application's logger
 * does.
 */
export class Log {
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #logged = new Set<string>();
  #lastNewAt = Number.NEGATIVE_INFINITY;

  /**
   * @param packageName without the scope, for the prefix of messages: `[trademeter/sdk]`. Default: `[trademeter]`, for
   * messages about a metric, whichever package records it
   * @param now milliseconds of a monotonic clock
   */
  constructor(packageName?: string, now: () => number = () => performance.now()) {
    this.#prefix = packageName === undefined ? '[trademeter]' : `[trademeter/${packageName}]`;
    this.#now = now;
  }

  error(message: string, ...details: readonly unknown[]): void {
    this.#write('error', message, details);
  }

  warn(message: string, ...details: readonly unknown[]): void {
    this.#write('warn', message, details);
  }

  info(message: string, ...details: readonly unknown[]): void {
    this.#write('info', message, details);
  }

  debug(message: string, ...details: readonly unknown[]): void {
    this.#write('debug', message, details);
  }

  /**
   * Warns the first time that something happens. Memory is bounded, because names in messages come from the application:
   * after a thousand different messages, one per minute is logged and the oldest is forgotten.
   *
   * @param kind identifies equal messages. Default: the message
   */
  warnOnce(message: string, kind: string = message): void {
    if (this.#logged.has(kind)) return;
    const now = this.#now();
    if (this.#logged.size >= mostRemembered) {
      if (now - this.#lastNewAt < intervalMillis) return;
      const [oldest] = this.#logged;
      if (oldest !== undefined) this.#logged.delete(oldest);
    }
    this.#lastNewAt = now;
    this.#logged.add(kind);
    this.warn(message);
  }

  #write(level: 'error' | 'warn' | 'info' | 'debug', message: string, details: readonly unknown[]): void {
    try {
      diag[level](`${this.#prefix} ${message}`, ...details);
    } catch {
      // The logger itself failed, and there is no other place to log to.
    }
  }
}
