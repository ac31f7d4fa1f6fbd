import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { anyFunction, checkOptions, oneOf } from '@trademeter/config';
import { registered } from './registered.ts';

const levels = {
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
} as const;

/** The levels of OpenTelemetry's `diag`. */
export type LogLevel = keyof typeof levels;

/** One message as it was logged. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  /** The logged values after the message, such as the error. */
  readonly details: readonly unknown[];
}

/** Options of {@link captureLogs}. */
export interface CaptureOptions {
  /**
   * The least severe level that is captured.
   *
   * @default `warn`
   */
  readonly level?: LogLevel | undefined;
  /** Called with each entry. An error that it throws reaches the logging code, as from a broken logger. */
  readonly onEntry?: ((entry: LogEntry) => void) | undefined;
}

/** CapturedLogs has the messages of OpenTelemetry's `diag`, which trademeter logs to. */
export interface CapturedLogs extends Disposable {
  /** Each entry as one string of its message and its details. */
  readonly messages: readonly string[];
  readonly entries: readonly LogEntry[];
  /**
   * The messages of one of trademeter's packages, without the prefix.
   *
   * @param packageName without the scope: `exporter-prometheus`
   */
  from(packageName: string): string[];
  /** Restores the previous logger. Captured messages stay readable. */
  stop(): void;
}

/**
 * Captures messages of OpenTelemetry's `diag` instead of passing them to its logger, until it is stopped or disposed
 * of.
 *
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) for an option that is invalid
 * @example
 * using logs = captureLogs();
 * // … run the bot …
 * expect(logs.messages).toEqual([]);
 */
export function captureLogs(options: CaptureOptions = {}): CapturedLogs {
  checkOptions('testing', options, { level: oneOf(...Object.keys(levels)), onEntry: anyFunction });
  const { level = 'warn', onEntry } = options;
  const entries: LogEntry[] = [];
  const messages: string[] = [];
  // the API itself logs when a logger is set or removed
  let isCapturing = false;
  const capture =
    (entryLevel: LogLevel) =>
    (message: string, ...details: readonly unknown[]): void => {
      if (!isCapturing) return;
      const entry = { level: entryLevel, message, details };
      entries.push(entry);
      messages.push([message, ...details.map(String)].join(' '));
      onEntry?.(entry);
    };
  const logger: DiagLogger = {
    error: capture('error'),
    warn: capture('warn'),
    info: capture('info'),
    debug: capture('debug'),
    verbose: capture('verbose'),
  };
  const before = registered('diag') as DiagLogger | undefined;
  diag.setLogger(logger, { logLevel: levels[level], suppressOverrideMessage: true });
  const own = registered('diag');
  isCapturing = true;
  const stop = (): void => {
    // another logger was set since: it stays
    if (registered('diag') !== own) return;
    isCapturing = false;
    diag.disable();
    // it has its own level
    if (before) diag.setLogger(before, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  };
  return {
    messages,
    entries,
    from: (packageName) => {
      const prefix = `[trademeter/${packageName}] `;
      return messages.filter((message) => message.startsWith(prefix)).map((message) => message.slice(prefix.length));
    },
    stop,
    [Symbol.dispose]: stop,
  };
}
