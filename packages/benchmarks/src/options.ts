import { parseArgs } from 'node:util';

/** The parts of the benchmark, in the order in which they run. */
export const partNames = ['record', 'scrape', 'fresh', 'push', 'memory', 'start'] as const;

/** One part. */
export type PartName = (typeof partNames)[number];

/** Options of a benchmark run. */
export interface BenchmarkOptions {
  readonly parts: readonly PartName[];
  /** How often everything is repeated, as a factor. */
  readonly repeat: number;
  /** Prints JSON instead of tables. */
  readonly json: boolean;
  /** Also writes the figures to docs/performance.md. */
  readonly write: boolean;
  /** Prints the options and does nothing else. */
  readonly help: boolean;
}

export const usage = `Usage: pnpm bench [options]

Measures trademeter and the other libraries in turn, each in processes of its own, and compares the
result with the targets; about three minutes on two quiet cores. docs/performance.md explains the rows.

  --only record,scrape,…   only these parts:
                             record   bound and unbound recordings, a whole order, bytes allocated
                             scrape   165,000 and 3,300 lines, a fifth of the series changed, longest stall
                             fresh    the 5th to the 12th scrape of a process
                             push     80,000 series over OTLP, longest stall, CPU time, size of requests
                             memory   a counter's series, a process with 35,000 series
                             start    from the start of a process to a listening endpoint
  --repeat 1               repeats everything so many times more often
  --json                   prints JSON instead of tables
  --write                  also writes the figures to docs/performance.md; not with --only
  --help
`;

/** @throws Error that names the option, what is allowed and the value */
export function readOptions(args: readonly string[]): BenchmarkOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: partNames.join(',') },
      repeat: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { json, write, help } = values;
  const parts = values.only.split(',').map(partNamed);
  if (write && partNames.some((name) => !parts.includes(name))) {
    throw new Error(`--write needs all parts, so --only must be absent, got "${values.only}"`);
  }
  return { parts, repeat: repeatOf(values.repeat), json, write, help };
}

function partNamed(text: string): PartName {
  const part = partNames.find((name) => name === text);
  if (part === undefined) throw new Error(`--only must be a list of ${partNames.join(', ')}, got "${text}"`);
  return part;
}

function repeatOf(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--repeat must be a whole number from 1 up, got "${text}"`);
}
