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

/** Without a logger nobody hears of a dropped measurement or a failing export; a user's own one stays. */
export function installLogger(level: LogLevel | undefined): void {
  // The API cannot be asked for its logger, only for the object that holds it:
  // https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
  const api = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')) as { diag?: unknown } | undefined;
  if (api?.diag !== undefined) return;
  diag.setLogger(new StderrLogger(), levels[level ?? 'warn']);
}

const quietMillis = 10 * 60_000;
const mostKinds = 200;
const longestArgument = 500;

/** When a kind of message was told, and how often it was held back since. */
interface Told {
  at: number;
  heldBack: number;
}

/**
 * One line a message on stderr. A kind of message (numbers aside) is told at most every ten minutes: what goes wrong in
 * telemetry goes wrong again with every export, or every recording. Ours are told once by those who tell them.
 */
class StderrLogger implements DiagLogger {
  readonly #told = new Map<string, Told>();

  error(message: string, ...rest: unknown[]): void {
    this.#tell('error', message, rest);
  }

  warn(message: string, ...rest: unknown[]): void {
    this.#tell('warn', message, rest);
  }

  info(message: string, ...rest: unknown[]): void {
    this.#tell('info', message, rest);
  }

  debug(message: string, ...rest: unknown[]): void {
    this.#tell('debug', message, rest);
  }

  verbose(message: string, ...rest: unknown[]): void {
    this.#tell('verbose', message, rest);
  }

  #tell(level: string, message: string, rest: readonly unknown[]): void {
    const [, speaker = '[opentelemetry]', text = ''] =
      /^(\[trademeter[^\]]*\])?\s*(.*)$/s.exec([message, ...rest].map(toText).join(' ')) ?? [];
    const isOwn = speaker === '[trademeter/sdk]' || speaker === '[trademeter]';
    const isDetail = level === 'debug' || level === 'verbose';
    const again = isOwn || isDetail ? '' : this.#again(`${level} ${text}`);
    if (again !== undefined) writeErrorLine(`${speaker} ${level}: ${text.replace(/\s*\n\s*/g, ' ')}${again}`);
  }

  /** What to add to the message; `undefined` when it is to be held back. */
  #again(text: string): string | undefined {
    const kind = text.replace(/\d+(\.\d+)?/g, '0').slice(0, 200);
    const now = performance.now();
    const told = this.#told.get(kind);
    if (told !== undefined && now - told.at < quietMillis) {
      told.heldBack += 1;
      return undefined;
    }
    // Kinds come from other people's messages: what is remembered of them has to end somewhere.
    if (this.#told.size >= mostKinds) this.#told.clear();
    this.#told.set(kind, { at: now, heldBack: 0 });
    return told === undefined || told.heldBack === 0 ? '' : ` (and ${told.heldBack} more like it since)`;
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
