import { parseArgs } from 'node:util';
import { type ScrapedName, scrapedNames } from './peer-names.ts';
import { linesPerSymbol } from './series.ts';

/** What a run of the benchmark measures. */
export interface BenchmarkOptions {
  /** Sizes, in lines of text. */
  readonly lines: readonly number[];
  readonly peers: readonly ScrapedName[];
  /** Scrapes of a kind, of which the median counts. */
  readonly rounds: number;
  /** Prints JSON instead of tables. */
  readonly json: boolean;
  /** Prints what options there are, and does nothing. */
  readonly help: boolean;
}

export const usage = `Usage: pnpm bench [options]

Measures scrapes and recordings beside the peers, each in a process of its own; about five minutes.
docs/performance.md explains the columns.

  --lines 3300,33000,165000   sizes, in multiples of ${linesPerSymbol} lines; an empty list leaves scrapes out
  --peers ${scrapedNames.join(',')}
  --rounds 31                 scrapes of a kind, of which the median counts
  --json                      prints JSON instead of tables
  --help
`;

/** @throws Error that names the option, what is allowed and what was given */
export function readOptions(args: readonly string[]): BenchmarkOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lines: { type: 'string', default: '3300,33000,165000' },
      peers: { type: 'string', default: scrapedNames.join(',') },
      rounds: { type: 'string', default: '31' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { json, help } = values;
  return {
    lines: listOf(values.lines).map((text) => wholeNumber('--lines', text, linesPerSymbol)),
    peers: listOf(values.peers).map(peerNamed),
    rounds: wholeNumber('--rounds', values.rounds, 1),
    json,
    help,
  };
}

function listOf(text: string): string[] {
  return text.split(',').filter((each) => each !== '');
}

function wholeNumber(option: string, text: string, unit: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value % unit === 0) return value;
  throw new Error(`${option} must have whole numbers${unit === 1 ? '' : `, multiples of ${unit}`}, got "${text}"`);
}

function peerNamed(text: string): ScrapedName {
  const peer = scrapedNames.find((name) => name === text);
  if (peer === undefined) throw new Error(`--peers must be a list of ${scrapedNames.join(', ')}, got "${text}"`);
  return peer;
}
