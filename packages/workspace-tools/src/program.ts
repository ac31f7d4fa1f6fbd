import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The arguments of a program, as `parseArgs` reads them. */
export interface Arguments {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** A script of the root's package.json. */
export interface Program<T> {
  /** Printed for `--help`, and after an error about the arguments. */
  readonly usage: string;
  /** Options besides `--help`. */
  readonly options?: ParseArgsConfig['options'];
  /** Default: no arguments besides options. */
  readonly allowPositionals?: boolean;
  /** Parses the arguments. Throws when they are wrong. */
  readonly read: (given: Arguments) => T;
  /** Runs the program, and returns the exit code. */
  readonly run: (asked: T) => Promise<number>;
}

/** Runs a program with the arguments of this process and sets its exit code: 2 when the arguments are wrong. */
export async function runProgram<T>({
  usage,
  options,
  allowPositionals = false,
  read,
  run,
}: Program<T>): Promise<void> {
  let asked: T;
  try {
    const given = parseArgs({ options: { help: { type: 'boolean' }, ...options }, allowPositionals });
    if (given.values.help === true) {
      process.stdout.write(usage);
      return;
    }
    asked = read(given);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  process.exitCode = await run(asked);
}
