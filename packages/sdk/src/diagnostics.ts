import { inspect } from 'node:util';
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { Log } from '@trademeter/config';
import type { LogLevel } from './environment.ts';
import { writeErrorLine } from './standard-stream.ts';

export const log = new Log('sdk');

const levels: Record<LogLevel, DiagLogLevel> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

/** Installs a logger on stderr, so that dropped measurements and failed exports are seen. Keeps a logger of the user. */
export function installLogger(level: LogLevel | undefined): void {
  // The API does not expose its logger, only the object that holds it:
  // https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
  const api = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')) as { diag?: unknown } | undefined;
  if (api?.diag !== undefined) return;
  diag.setLogger(new StderrLogger(), levels[level ?? 'warn']);
}

const quietMillis = 10 * 60_000;
const mostKinds = 200;
const longestArgument = 500;

/** When a kind of message was logged last, and how many were suppressed since. */
interface Logged {
  at: number;
  suppressed: number;
}

/**
 * Writes each message as one line on stderr. Messages that differ only in numbers are logged at most every ten minutes,
 * because a failure repeats with every export or recording. Messages of this package are already logged only once.
 */
class StderrLogger implements DiagLogger {
  readonly #logged = new Map<string, Logged>();

  error(message: string, ...rest: unknown[]): void {
    this.#log('error', message, rest);
  }

  warn(message: string, ...rest: unknown[]): void {
    this.#log('warn', message, rest);
  }

  info(message: string, ...rest: unknown[]): void {
    this.#log('info', message, rest);
  }

  debug(message: string, ...rest: unknown[]): void {
    this.#log('debug', message, rest);
  }

  verbose(message: string, ...rest: unknown[]): void {
    this.#log('verbose', message, rest);
  }

  #log(level: string, message: string, rest: readonly unknown[]): void {
    const [, speaker = '[opentelemetry]', text = ''] =
      /^(\[trademeter[^\]]*\])?\s*(.*)$/s.exec([message, ...rest].map(toText).join(' ')) ?? [];
    const isOwn = speaker === '[trademeter/sdk]' || speaker === '[trademeter]';
    const isDetail = level === 'debug' || level === 'verbose';
    const again = isOwn || isDetail ? '' : this.#again(`${level} ${text}`);
    if (again !== undefined) writeErrorLine(`${speaker} ${level}: ${text.replace(/\s*\n\s*/g, ' ')}${again}`);
  }

  /** The text to append to the message; `undefined` if the message is suppressed. */
  #again(text: string): string | undefined {
    const kind = text.replace(/\d+(\.\d+)?/g, '0').slice(0, 200);
    const now = performance.now();
    const last = this.#logged.get(kind);
    if (last !== undefined && now - last.at < quietMillis) {
      last.suppressed += 1;
      return undefined;
    }
    // Kinds come from messages of other packages: bound what is remembered.
    if (this.#logged.size >= mostKinds) this.#logged.clear();
    this.#logged.set(kind, { at: now, suppressed: 0 });
    return last === undefined || last.suppressed === 0 ? '' : ` (and ${last.suppressed} similar messages since)`;
  }
}

function toText(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : value instanceof Error
        ? value.message || value.name
        : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return text.length > longestArgument ? `${text.slice(0, longestArgument)}…` : text;
}
