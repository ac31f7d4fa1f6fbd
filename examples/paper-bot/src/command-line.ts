import { parseArgs } from 'node:util';

/** What the bot was asked to do. */
export interface CommandLine {
  /** 0 is as fast as it can. */
  readonly barsPerSecond: number;
  /** Infinity is for ever. */
  readonly bars: number;
  readonly seed: number;
  /** Go on serving metrics after the last bar. */
  readonly stay: boolean;
}

export const help = `paper-bot: trades the S&P 500's daily bars of 2000 to 2020 on paper, and measures it.

  --speed N   bars a second; 0 is as fast as it can            (20)
  --bars N    stop after so many bars                          (never: the history begins again)
  --stay      go on serving metrics after the last bar
  --seed N    what the paper broker draws its fills from       (1)
  --help      this

Where the metrics go is OpenTelemetry's environment:
  OTEL_METRICS_EXPORTER=otlp             push to an OTLP receiver instead of being scraped
  OTEL_METRICS_EXPORTER=prometheus,otlp  both
  OTEL_EXPORTER_OTLP_ENDPOINT=…          the receiver               (http://localhost:4318)
  OTEL_EXPORTER_PROMETHEUS_PORT=…        the scrape endpoint's port (9464)
`;

/** @throws Error with a text for the user when an option is wrong; @returns `undefined` when help was asked for */
export function readCommandLine(args: readonly string[]): CommandLine | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      speed: { type: 'string', default: '20' },
      bars: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
      stay: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    barsPerSecond: numberOption('--speed', values.speed, 0, 1_000),
    bars: wholeNumberOption('--bars', values.bars, 1, Number.POSITIVE_INFINITY),
    seed: wholeNumberOption('--seed', values.seed, 0, 2 ** 31 - 1),
    stay: values.stay,
  };
}

function wholeNumberOption(name: string, text: string, minimum: number, maximum: number): number {
  const value = numberOption(name, text, minimum, maximum);
  if (value !== Number.POSITIVE_INFINITY && !Number.isInteger(value)) {
    throw new Error(`${name} must be a whole number, got "${text}"`);
  }
  return value;
}

function numberOption(name: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= minimum && value <= maximum)) {
    throw new Error(`${name} must be a number from ${minimum} to ${maximum}, got "${text}"`);
  }
  return value;
}
