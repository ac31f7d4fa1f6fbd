import { parseArgs } from 'node:util';

/** A mistake in the command line; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The options of the command line. */
export interface CommandLine {
  /** 0 is as fast as possible. */
  readonly barsPerSecond: number;
  /** Start on the first trading day on or after this date (`2006-07-01`). */
  readonly from: string;
  /** Infinity is without end. */
  readonly bars: number;
  readonly seed: number;
  /** Keep serving metrics after the last bar. */
  readonly stay: boolean;
  /** Also print the bot's books as JSON. */
  readonly books: boolean;
}

export const help = `paper-bot: trades the S&P 500's daily bars of 2000 to 2020 on paper, and measures it.

  --speed N   bars a second; 0 is as fast as it can            (20)
  --from DATE the first day to trade                           (2006-07-01)
  --bars N    stop after so many bars                          (never: the history begins again)
  --stay      go on serving metrics after the last bar
  --seed N    what the paper broker draws its fills from       (1)
  --books     print what the bot itself counted as JSON, too, to compare its metrics with
  --help      this

Where the metrics go is OpenTelemetry's environment:
  OTEL_METRICS_EXPORTER=otlp             push to an OTLP receiver instead of being scraped
  OTEL_METRICS_EXPORTER=prometheus,otlp  both
  OTEL_EXPORTER_OTLP_ENDPOINT=…          the receiver               (http://localhost:4318)
  OTEL_EXPORTER_PROMETHEUS_PORT=…        the scrape endpoint's port (9464)
`;

/** @throws UsageError if an option is invalid; @returns `undefined` for `--help` */
export function readCommandLine(args: readonly string[]): CommandLine | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  return {
    barsPerSecond: numberOption('--speed', values.speed, 0, 1_000),
    from: dateOption('--from', values.from),
    bars: wholeNumberOption('--bars', values.bars, 1, Number.POSITIVE_INFINITY),
    seed: wholeNumberOption('--seed', values.seed, 0, 2 ** 31 - 1),
    stay: values.stay,
    books: values.books,
  };
}

function dateOption(name: string, text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new UsageError(`${name} must be a date such as 2006-07-01, got "${text}"`);
  }
  return text;
}

function wholeNumberOption(name: string, text: string, minimum: number, maximum: number): number {
  const value = numberOption(name, text, minimum, maximum);
  if (value !== Number.POSITIVE_INFINITY && !Number.isInteger(value)) {
    throw new UsageError(`${name} must be a whole number, got "${text}"`);
  }
  return value;
}

function numberOption(name: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= minimum && value <= maximum)) {
    throw new UsageError(
      `${name} must be a number ${maximum === Infinity ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`}, got "${text}"`,
    );
  }
  return value;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        speed: { type: 'string', default: '20' },
        from: { type: 'string', default: '2006-07-01' },
        bars: { type: 'string', default: 'Infinity' },
        seed: { type: 'string', default: '1' },
        stay: { type: 'boolean', default: false },
        books: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
